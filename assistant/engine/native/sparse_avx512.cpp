// Sparse products by AVX512-VNNI: sixteen rows in a vector.
#include "kernels.h"

#ifdef NATIVE_X86
#include <immintrin.h>

#define NATIVE_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define NATIVE_VECTOR NATIVE_TARGET NATIVE_INLINE static

namespace native {
namespace {

struct Vector {
    typedef __m512i Type;
    static constexpr int ROWS = 2;

    NATIVE_VECTOR Type zero() { return _mm512_setzero_si512(); }
    NATIVE_VECTOR Type load(const int8_t* at) { return _mm512_loadu_si512(at); }

    template <int COPIES>
    NATIVE_VECTOR Type spread(const int8_t* at) {
        if constexpr (COPIES == 1) {
            return _mm512_set1_epi32(number<int32_t>(at));
        } else if constexpr (COPIES == 2) {
            return _mm512_set1_epi64(number<int64_t>(at));
        } else {
            return _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
        }
    }

    NATIVE_VECTOR Type dot(Type sums, Type x, Type w) { return _mm512_dpbusd_epi32(sums, x, w); }
    NATIVE_VECTOR Type add(Type a, Type b) { return _mm512_add_epi32(a, b); }
    NATIVE_VECTOR Type low32(Type a, Type b) { return _mm512_unpacklo_epi32(a, b); }
    NATIVE_VECTOR Type high32(Type a, Type b) { return _mm512_unpackhi_epi32(a, b); }
    NATIVE_VECTOR Type low64(Type a, Type b) { return _mm512_unpacklo_epi64(a, b); }
    NATIVE_VECTOR Type high64(Type a, Type b) { return _mm512_unpackhi_epi64(a, b); }

    NATIVE_VECTOR void put(Type a, int32_t* to, int apart) {
        auto at = [&](int row) { return reinterpret_cast<__m128i*>(to + row * apart); };
        _mm_storeu_si128(at(0), _mm512_castsi512_si128(a));
        _mm_storeu_si128(at(1), _mm512_extracti32x4_epi32(a, 1));
        _mm_storeu_si128(at(2), _mm512_extracti32x4_epi32(a, 2));
        _mm_storeu_si128(at(3), _mm512_extracti32x4_epi32(a, 3));
    }

    NATIVE_VECTOR void put(Type a, Type b, int32_t* to, int apart) {
        const Type upper = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), b);
        const Type lower = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), b);
        auto at = [&](int row) { return reinterpret_cast<__m256i*>(to + row * apart); };
        _mm256_storeu_si256(at(0), _mm512_castsi512_si256(upper));
        _mm256_storeu_si256(at(1), _mm512_extracti64x4_epi64(upper, 1));
        _mm256_storeu_si256(at(2), _mm512_castsi512_si256(lower));
        _mm256_storeu_si256(at(3), _mm512_extracti64x4_epi64(lower, 1));
    }
};

}  // namespace
}  // namespace native

#include "sparse_body.h"

namespace native {
SparseKernel sparse_avx512() { return sparse_kernel(true); }
}  // namespace native
#endif
