// Bytes of AVX2 widened to 16 bits: the inputs 0 and 2 of every quad, and its inputs 1 and 3.
#pragma once

#include <immintrin.h>

#include "kernels.h"

namespace native {

#define NATIVE_AVX2 __attribute__((target("avx2"))) NATIVE_INLINE
NATIVE_AVX2 __m256i even(__m256i bytes) {
    return _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
}
NATIVE_AVX2 __m256i odd(__m256i bytes) { return _mm256_srai_epi16(bytes, 8); }

}  // namespace native
