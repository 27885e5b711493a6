// Sparse products by AVX2: both sides widened to 16 bits, inputs 0 and 2 of a quad apart from 1 and 3.
#include "kernels.h"

#ifdef NATIVE_X86
#include "widened.h"

#define NATIVE_TARGET __attribute__((target("avx2")))

namespace native {
namespace {

NATIVE_TARGET NATIVE_INLINE __m256i widened_dot(__m256i sums, __m256i x, __m256i w) {
    const __m256i evens = _mm256_madd_epi16(even(x), even(w));
    return _mm256_add_epi32(_mm256_add_epi32(sums, evens), _mm256_madd_epi16(odd(x), odd(w)));
}

}  // namespace
}  // namespace native

#define NATIVE_DOT(sums, x, w) widened_dot(sums, x, w)
#include "sparse_256.h"

namespace native {
SparseKernel sparse_avx2() { return sparse_kernel(false); }
}  // namespace native
#endif
