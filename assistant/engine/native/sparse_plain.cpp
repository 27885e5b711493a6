// Sparse products on any CPU, and what the other kernels must agree with.
#include "kernels.h"

namespace native {
namespace {

constexpr int LINE = 64;

// The sums of one channel of each of `some` rows, which lie `hop` bytes apart.
void one_channel(const int8_t* x, int hop, int some, const int8_t* weights, int block,
                 const uint16_t* places, int kept, int32_t start, int32_t* to) {
    for (int r = 0; r < some; ++r) to[r * PANEL] = start;
    for (int k = 0; k < kept; ++k) {
        const int8_t* w = weights + k * block;
        const int8_t* line = x + places[k] * LINE;
        for (int r = 0; r < some; ++r) {
            const int8_t* v = line + r * hop;
            to[r * PANEL] += v[0] * w[0] + v[1] * w[1] + v[2] * w[2] + v[3] * w[3];
        }
    }
}

template <int R>
void sums(const int8_t* x, std::ptrdiff_t apart, int rows, const Kept& panel, const int32_t* start,
          const int8_t*, int32_t* out) {
    constexpr int lanes = LINE / QUAD;
    for (int done = 0, some; done < rows; done += some, x += apart) {
        const int each = copies(rows - done, lanes);
        some = rows - done < lanes / each ? rows - done : lanes / each;
        const int8_t* weights = panel.weights;
        const uint16_t* places = panel.places;
        for (int g = 0; g < PANEL / R; ++g) {
            const int kept = panel.counts[g];
            for (int c = 0; c < R; ++c)
                one_channel(x, each * QUAD, some, weights + c * QUAD, R * QUAD, places, kept,
                            start[g * R + c], out + done * PANEL + g * R + c);
            weights += kept * R * QUAD, places += kept;
        }
    }
}

}  // namespace

SparseKernel sparse_plain() { return {false, LINE, sums<4>, sums<8>}; }

}  // namespace native
