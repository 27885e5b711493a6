// ARMv8.2's dot product: R rows by eight vectors of 4 channels.
#include "kernels.h"

#ifdef NATIVE_ARM

#include <arm_neon.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

#ifdef __clang__
#define NATIVE_DOT __attribute__((target("dotprod")))
#else
#define NATIVE_DOT __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

namespace native {
namespace {

template <int R>
NATIVE_DOT void rows_dot(const int8_t* x, std::ptrdiff_t stride, const int8_t* panel, int depth,
                         const int32_t* start, int32_t* out) {
    int32x4_t sums[R][8];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < 8; ++v) sums[r][v] = vld1q_s32(start + 4 * v);
    for (int k = 0; k < depth; k += QUAD, panel += PANEL * QUAD) {
        __builtin_prefetch(panel + 1024);
        int8x16_t four[R];
        for (int r = 0; r < R; ++r) {
            four[r] = vreinterpretq_s8_s32(vdupq_n_s32(number<int32_t>(x + r * stride + k)));
        }
        for (int v = 0; v < 8; ++v) {
            const int8x16_t w = vld1q_s8(panel + 16 * v);
            for (int r = 0; r < R; ++r) sums[r][v] = vdotq_s32(sums[r][v], four[r], w);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < 8; ++v) vst1q_s32(out + r * PANEL + 4 * v, sums[r][v]);
}

void sums(const int8_t* x, std::ptrdiff_t stride, int rows, const int8_t* panel, int depth,
          const int32_t* start, const int8_t*, int32_t* out) {
    for (; rows >= 2; rows -= 2, x += 2 * stride, out += 2 * PANEL)
        rows_dot<2>(x, stride, panel, depth, start, out);
    if (rows) rows_dot<1>(x, stride, panel, depth, start, out);
}

}  // namespace

Kernel neon() { return {"neon", false, sums, nullptr}; }

bool has_neon() {
#if defined(__APPLE__)
    return true;  // every 64-bit Mac
#elif defined(__linux__)
    constexpr unsigned long dot_product = 1UL << 20;  // HWCAP_ASIMDDP
    return getauxval(AT_HWCAP) & dot_product;
#else
    return false;
#endif
}

}  // namespace native

#endif
