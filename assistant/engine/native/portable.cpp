// The kernel every CPU has, and the one the others must agree with.
#include "kernels.h"

namespace native {
namespace {

void sums(const int8_t* x, std::ptrdiff_t stride, int rows, const int8_t* panel, int depth,
          const int32_t* start, const int8_t*, int32_t* out) {
    for (int r = 0; r < rows; ++r) {
        const int8_t* row = x + r * stride;
        int32_t* to = out + r * PANEL;
        for (int c = 0; c < PANEL; ++c) to[c] = start[c];
        for (int q = 0; q < depth / QUAD; ++q) {
            const int8_t* w = panel + q * PANEL * QUAD;
            const int8_t* v = row + q * QUAD;
            for (int c = 0; c < PANEL; ++c)
                to[c] += v[0] * w[4 * c] + v[1] * w[4 * c + 1] + v[2] * w[4 * c + 2] +
                         v[3] * w[4 * c + 3];
        }
    }
}

}  // namespace

Kernel portable() { return {"portable", false, sums, nullptr}; }

}  // namespace native
