// AVX2, AVX-VNNI and AVX512-VNNI. Target attributes, so that one build runs on every x86-64.
#include "kernels.h"

#ifdef NATIVE_X86

#include <cpuid.h>

#include "widened.h"

namespace native {
namespace {

struct Leaf {
    unsigned a = 0, b = 0, c = 0, d = 0;
};

Leaf leaf(unsigned number, unsigned below = 0) {
    Leaf found;
    if (!__get_cpuid_count(number, below, &found.a, &found.b, &found.c, &found.d)) return {};
    return found;
}

// Fetches two lines, or one, or half a one: what a quad of this pass over a panel has to.
NATIVE_INLINE void fetch(const int8_t* ahead, int hop) {
    _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
    _mm_prefetch(reinterpret_cast<const char*>(ahead) + hop / 2, _MM_HINT_T1);
}

// ---- AVX512-VNNI: R rows by two vectors of 16 channels ------------------------------------

template <int R>
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void rows512(
    const int8_t* x, std::ptrdiff_t stride, const int8_t* panel, int depth, const int32_t* start,
    const int8_t* ahead, int hop, int32_t* out) {
    __m512i sums[R][2];
    for (int r = 0; r < R; ++r) {
        sums[r][0] = _mm512_loadu_si512(start);
        sums[r][1] = _mm512_loadu_si512(start + 16);
    }
    for (int k = 0; k < depth; k += QUAD, panel += PANEL * QUAD, ahead += hop) {
        fetch(ahead, hop);
        const __m512i left = _mm512_loadu_si512(panel), right = _mm512_loadu_si512(panel + 64);
        for (int r = 0; r < R; ++r) {
            const __m512i four = _mm512_set1_epi32(number<int32_t>(x + r * stride + k));
            sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], four, left);
            sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], four, right);
        }
    }
    for (int r = 0; r < R; ++r) {
        _mm512_storeu_si512(out + r * PANEL, sums[r][0]);
        _mm512_storeu_si512(out + r * PANEL + 16, sums[r][1]);
    }
}

// ---- AVX2: R rows by two vectors of 8 channels, twice -------------------------------------

// Both sides of vpmaddwd are widened to 16 bits, inputs 0 and 2 of a quad in one vector, 1 and 3 in
// the other: the rows once for so many inputs, the weights for every R rows.
constexpr int WIDENED = 512;

template <int R>
__attribute__((target("avx2"))) void rows_avx2(const int8_t* x, std::ptrdiff_t stride,
                                               const int8_t* panel, int depth,
                                               const int32_t* start, const int8_t* ahead, int hop,
                                               int32_t* out) {
    alignas(32) int32_t evens[R][WIDENED / QUAD], odds[R][WIDENED / QUAD];
    for (int r = 0; r < R; ++r) __builtin_memcpy(out + r * PANEL, start, PANEL * sizeof *out);
    for (int from = 0; from < depth; from += WIDENED, panel += WIDENED * PANEL) {
        const int quads = (depth - from < WIDENED ? depth - from : WIDENED) / QUAD;
        for (int r = 0; r < R; ++r)
            for (int q = 0; q < quads; q += 8) {
                const __m256i bytes = _mm256_loadu_si256(
                    reinterpret_cast<const __m256i*>(x + r * stride + from + q * QUAD));
                _mm256_store_si256(reinterpret_cast<__m256i*>(evens[r] + q), even(bytes));
                _mm256_store_si256(reinterpret_cast<__m256i*>(odds[r] + q), odd(bytes));
            }
        for (int half = 0; half < 2; ++half) {
            auto* to = reinterpret_cast<__m256i*>(out) + half * 2;
            const auto* w = reinterpret_cast<const __m256i*>(panel) + half * 2;
            __m256i sums[R][2];
            for (int r = 0; r < R; ++r)
                for (int v = 0; v < 2; ++v) sums[r][v] = _mm256_loadu_si256(to + r * 4 + v);
            for (int q = 0; q < quads; ++q, w += 4) {
                if (half == 0) fetch(ahead, hop), ahead += hop;
                const __m256i left = _mm256_loadu_si256(w), right = _mm256_loadu_si256(w + 1);
                const __m256i a = even(left), b = odd(left), c = even(right), d = odd(right);
                for (int r = 0; r < R; ++r) {
                    const __m256i two = _mm256_set1_epi32(evens[r][q]);
                    sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(two, a));
                    sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(two, c));
                    const __m256i rest = _mm256_set1_epi32(odds[r][q]);
                    sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(rest, b));
                    sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(rest, d));
                }
            }
            for (int r = 0; r < R; ++r)
                for (int v = 0; v < 2; ++v) _mm256_storeu_si256(to + r * 4 + v, sums[r][v]);
        }
    }
}

// ---- AVX-VNNI: R rows by four vectors of 8 channels ---------------------------------------

#define NATIVE_ROWS256(NAME, TARGET, PRODUCT)                                                     \
    template <int R>                                                                              \
    __attribute__((target(TARGET))) void NAME(const int8_t* x, std::ptrdiff_t stride,             \
                                              const int8_t* panel, int depth,                     \
                                              const int32_t* start, const int8_t* ahead, int hop, \
                                              int32_t* out) {                                     \
        __m256i sums[R][4];                                                                       \
        for (int r = 0; r < R; ++r)                                                               \
            for (int v = 0; v < 4; ++v)                                                           \
                sums[r][v] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(start) + v);     \
        for (int k = 0; k < depth; k += QUAD, panel += PANEL * QUAD, ahead += hop) {              \
            fetch(ahead, hop);                                                                    \
            for (int v = 0; v < 4; ++v) {                                                         \
                const __m256i w =                                                                 \
                    _mm256_loadu_si256(reinterpret_cast<const __m256i*>(panel) + v);              \
                for (int r = 0; r < R; ++r) {                                                     \
                    const __m256i four = _mm256_set1_epi32(number<int32_t>(x + r * stride + k));             \
                    sums[r][v] = PRODUCT(sums[r][v], four, w);                                    \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        for (int r = 0; r < R; ++r)                                                               \
            for (int v = 0; v < 4; ++v)                                                           \
                _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + r * PANEL) + v, sums[r][v]); \
    }

#ifdef NATIVE_MODELS  // the same instruction in AVX-512's coding, for tests on CPUs with only that
NATIVE_ROWS256(rows_avxvnni, "avx512vl,avx512vnni", _mm256_dpbusd_epi32)
#define NATIVE_AVXVNNI 1
#elif __GNUC__ >= 11 || __clang_major__ >= 12
NATIVE_ROWS256(rows_avxvnni, "avxvnni", _mm256_dpbusd_avx_epi32)
#define NATIVE_AVXVNNI 1
#endif

// Cuts rows into parts of at most `most`, of like size, and calls the version for each size.
#define NATIVE_CASE(ROWS, N) \
    case N: ROWS<N>(x, stride, panel, depth, start, ahead, hop, out); break;
#define NATIVE_DISPATCH(NAME, ROWS, MOST, CASES)                                                \
    void NAME(const int8_t* x, std::ptrdiff_t stride, int rows, const int8_t* panel, int depth, \
              const int32_t* start, const int8_t* ahead, int32_t* out) {                        \
        int parts = (rows + MOST - 1) / MOST;                                                   \
        for (const int hop = PANEL * QUAD / parts; parts > 0; --parts) {                        \
            const int size = (rows + parts - 1) / parts;                                        \
            switch (size) { CASES }                                                             \
            x += size * stride, out += size * PANEL, rows -= size;                              \
            ahead += depth / QUAD * hop;                                                        \
        }                                                                                       \
    }

#define NATIVE_TO_3(R) NATIVE_CASE(R, 1) NATIVE_CASE(R, 2) NATIVE_CASE(R, 3)
#define NATIVE_TO_4(R) NATIVE_TO_3(R) NATIVE_CASE(R, 4)
#define NATIVE_TO_8(R)                                                    \
    NATIVE_TO_4(R) NATIVE_CASE(R, 5) NATIVE_CASE(R, 6) NATIVE_CASE(R, 7) \
    NATIVE_CASE(R, 8)

// More than eight rows at once make GCC 12 spill: half the speed at eleven.
NATIVE_DISPATCH(sums512, rows512, 8, NATIVE_TO_8(rows512))
NATIVE_DISPATCH(sums_avx2, rows_avx2, 4, NATIVE_TO_4(rows_avx2))
#ifdef NATIVE_AVXVNNI
NATIVE_DISPATCH(sums_avxvnni, rows_avxvnni, 3, NATIVE_TO_3(rows_avxvnni))
#endif

}  // namespace

Kernel avx2() { return {"avx2", false, sums_avx2, nullptr}; }
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

Kernel avx512vnni() { return {"avx512vnni", true, sums512, nullptr}; }
bool has_avx512vnni() {
    return has_avx2() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

#ifdef NATIVE_AVXVNNI
Kernel avxvnni() { return {"avxvnni", true, sums_avxvnni, nullptr}; }
#else
Kernel avxvnni() { return avx2(); }
#endif

bool has_avxvnni() {
#if defined(NATIVE_MODELS)
    return has_avx512vnni();
#elif defined(NATIVE_AVXVNNI)
    return has_avx2() && (leaf(7, 1).a >> 4 & 1);
#else
    return false;
#endif
}

}  // namespace native

#endif
