// Sparse products in vectors of eight rows, for the file that includes this: it defines NATIVE_TARGET
// and NATIVE_DOT(sums, rows, weights).
#include <immintrin.h>

#define NATIVE_VECTOR NATIVE_TARGET NATIVE_INLINE static

namespace native {
namespace {

struct Vector {
    typedef __m256i Type;
    static constexpr int ROWS = 1;  // there are no registers for more

    NATIVE_VECTOR Type zero() { return _mm256_setzero_si256(); }
    NATIVE_VECTOR Type load(const int8_t* at) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    }

    template <int COPIES>
    NATIVE_VECTOR Type spread(const int8_t* at) {
        if constexpr (COPIES == 1) {
            return _mm256_set1_epi32(number<int32_t>(at));
        } else if constexpr (COPIES == 2) {
            return _mm256_set1_epi64x(number<int64_t>(at));
        } else {
            return _mm256_broadcastsi128_si256(
                _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
        }
    }

    NATIVE_VECTOR Type dot(Type sums, Type x, Type w) { return NATIVE_DOT(sums, x, w); }
    NATIVE_VECTOR Type add(Type a, Type b) { return _mm256_add_epi32(a, b); }
    NATIVE_VECTOR Type low32(Type a, Type b) { return _mm256_unpacklo_epi32(a, b); }
    NATIVE_VECTOR Type high32(Type a, Type b) { return _mm256_unpackhi_epi32(a, b); }
    NATIVE_VECTOR Type low64(Type a, Type b) { return _mm256_unpacklo_epi64(a, b); }
    NATIVE_VECTOR Type high64(Type a, Type b) { return _mm256_unpackhi_epi64(a, b); }

    NATIVE_VECTOR void put(Type a, int32_t* to, int apart) {
        auto at = [&](int row) { return reinterpret_cast<__m128i*>(to + row * apart); };
        _mm_storeu_si128(at(0), _mm256_castsi256_si128(a));
        _mm_storeu_si128(at(1), _mm256_extracti128_si256(a, 1));
    }

    NATIVE_VECTOR void put(Type a, Type b, int32_t* to, int apart) {
        auto at = [&](int row) { return reinterpret_cast<__m256i*>(to + row * apart); };
        _mm256_storeu_si256(at(0), _mm256_permute2x128_si256(a, b, 0x20));
        _mm256_storeu_si256(at(1), _mm256_permute2x128_si256(a, b, 0x31));
    }
};

}  // namespace
}  // namespace native

#include "sparse_body.h"
