// Sparse products by AVX-VNNI: eight rows in a vector.
#include "kernels.h"

#ifdef NATIVE_X86

#ifdef NATIVE_MODELS  // the same instruction in AVX-512's coding, for tests on CPUs with only that
#define NATIVE_TARGET __attribute__((target("avx2,avx512vl,avx512vnni")))
#define NATIVE_DOT(sums, x, w) _mm256_dpbusd_epi32(sums, x, w)
#elif __GNUC__ >= 11 || __clang_major__ >= 12
#define NATIVE_TARGET __attribute__((target("avx2,avxvnni")))
#define NATIVE_DOT(sums, x, w) _mm256_dpbusd_avx_epi32(sums, x, w)
#endif

#ifdef NATIVE_DOT
#include "sparse_256.h"
namespace native {
SparseKernel sparse_avxvnni() { return sparse_kernel(true); }
}  // namespace native
#else
namespace native {
SparseKernel sparse_avxvnni() { return sparse_avx2(); }
}  // namespace native
#endif

#endif
