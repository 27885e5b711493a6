// Sparse products by ARMv8.2's dot product: four rows in a vector.
#include "kernels.h"

#ifdef NATIVE_ARM
#include <arm_neon.h>

#ifdef __clang__
#define NATIVE_TARGET __attribute__((target("dotprod")))
#else
#define NATIVE_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
#define NATIVE_VECTOR NATIVE_TARGET NATIVE_INLINE static

namespace native {
namespace {

struct Vector {
    typedef int32x4_t Type;
    static constexpr int ROWS = 2;

    NATIVE_VECTOR Type zero() { return vdupq_n_s32(0); }
    NATIVE_VECTOR Type load(const int8_t* at) { return vreinterpretq_s32_s8(vld1q_s8(at)); }

    template <int COPIES>
    NATIVE_VECTOR Type spread(const int8_t* at) {
        if constexpr (COPIES == 1) {
            return vdupq_n_s32(number<int32_t>(at));
        } else if constexpr (COPIES == 2) {
            return vreinterpretq_s32_s64(vdupq_n_s64(number<int64_t>(at)));
        } else {
            return load(at);
        }
    }

    NATIVE_VECTOR Type dot(Type sums, Type x, Type w) {
        return vdotq_s32(sums, vreinterpretq_s8_s32(x), vreinterpretq_s8_s32(w));
    }
    NATIVE_VECTOR Type add(Type a, Type b) { return vaddq_s32(a, b); }
    NATIVE_VECTOR Type low32(Type a, Type b) { return vzip1q_s32(a, b); }
    NATIVE_VECTOR Type high32(Type a, Type b) { return vzip2q_s32(a, b); }
    NATIVE_VECTOR Type low64(Type a, Type b) {
        return vreinterpretq_s32_s64(
            vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
    }
    NATIVE_VECTOR Type high64(Type a, Type b) {
        return vreinterpretq_s32_s64(
            vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
    }

    NATIVE_VECTOR void put(Type a, int32_t* to, int) { vst1q_s32(to, a); }
    NATIVE_VECTOR void put(Type a, Type b, int32_t* to, int) {
        vst1q_s32(to, a);
        vst1q_s32(to + 4, b);
    }
};

}  // namespace
}  // namespace native

#include "sparse_body.h"

namespace native {
SparseKernel sparse_neon() { return sparse_kernel(false); }
}  // namespace native
#endif
