// Integer products: int8 rows times packed int8 weights, summed in int32, one kernel a CPU family.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#define NATIVE_X86 1
#elif defined(__aarch64__)
#define NATIVE_ARM 1
#endif

#define NATIVE_INLINE inline __attribute__((always_inline))

namespace native {

// Output channels side by side in a panel: two tiles of AMX, two vectors of AVX-512, four of AVX2.
constexpr int PANEL = 32;
// Inputs multiplied into one sum by one instruction's lane.
constexpr int QUAD = 4;
// Rows and panels are padded with zeros to this many inputs: one row of an AMX tile.
constexpr int STEP = 64;
// Rows that a kernel is given at most.
constexpr int TILE = 32;

inline int padded(int n, int to) { return (n + to - 1) / to * to; }

// sums[r][c] = start[c] + the sum over k of x[r][k] * w[c][k], for rows <= TILE and PANEL channels.
//
// x has `stride` bytes a row, `depth` of them (a multiple of STEP) are read. The panel holds
// depth / QUAD runs of PANEL x QUAD weights: w[c][4q + i] is at q * 128 + c * 4 + i.
// Where an instruction wants unsigned rows they come with 128 added, and `start` takes that out.
// Meanwhile as many bytes from `ahead` on come to the second cache: the memory is then read as
// evenly as they are used, however often a panel is.
using Sums = void (*)(const int8_t* x, std::ptrdiff_t stride, int rows, const int8_t* panel,
                      int depth, const int32_t* start, const int8_t* ahead, int32_t* sums);

struct Kernel {
    const char* name;
    bool unsigned_rows;
    Sums sums;
    void (*leave)();  // gives back what the thread holds of the CPU, or null
};

Kernel portable();
#ifdef NATIVE_X86
Kernel avx2();
Kernel avxvnni();
Kernel avx512vnni();
Kernel amx();
bool has_avx2();
bool has_avxvnni();
bool has_avx512vnni();
bool has_amx();
#endif
#ifdef NATIVE_ARM
Kernel neon();
bool has_neon();
#endif

}  // namespace native
