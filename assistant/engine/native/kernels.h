// Integer products: int8 rows times packed int8 weights, summed in int32, one kernel a CPU family.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#define NATIVE_X86 1
#elif defined(__aarch64__)
#define NATIVE_ARM 1
#endif

#define NATIVE_ALWAYS __attribute__((always_inline))
#define NATIVE_INLINE inline NATIVE_ALWAYS

namespace native {

// Output channels side by side in a panel: two tiles of AMX, two vectors of AVX-512, four of AVX2.
constexpr int PANEL = 32;
// Inputs multiplied into one sum by one instruction's lane.
constexpr int QUAD = 4;
// Rows and panels are padded with zeros to this many inputs: one row of an AMX tile.
constexpr int STEP = 64;
// Rows that a kernel is given at most.
constexpr int TILE = 32;

// Some bytes as a number, wherever they begin.
template <typename T>
NATIVE_INLINE T number(const int8_t* at) {
    T found;
    __builtin_memcpy(&found, at, sizeof found);
    return found;
}

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

// What a panel of a sparse product keeps: for each group of R of its channels so many blocks of
// R x QUAD weights, and which quad of the rows each of them reads.
struct Kept {
    const int8_t* weights = nullptr;   // (kept, R, QUAD)
    const uint16_t* places = nullptr;  // (kept,), rising within a group
    const int32_t* counts = nullptr;   // (PANEL / R,)
};

// Sparse products have the rows beside each other, one in a lane: every quad of the rows is a line
// of the CPU's widest vector. Few rows would leave lanes empty, so that half a line of them, or a
// quarter, has each quad twice or four times, and as many channels are multiplied at once.
//
// Returns how often each quad of the next rows lies beside itself, where so many rows are left.
inline int copies(int left, int lanes) {
    return left > 3 * lanes / 4 ? 1 : left > lanes / 4 ? 2 : 4;
}

// Where a row lies: in which of the lines of a quad, in which part of it, and how often.
struct Spot {
    int line, part, copies;
};

inline Spot spot(int row, int rows, int lanes) {
    int line = row / lanes, part = row % lanes;
    for (int left = rows - line * lanes;; ++line) {
        const int each = copies(left, lanes);
        if (part < lanes / each) return {line, part, each};
        part -= lanes / each, left -= lanes / each;
    }
}

// The same as Sums, of rows in such lines, `apart` bytes from the lines of some rows to the next's.
using SparseSums = void (*)(const int8_t* x, std::ptrdiff_t apart, int rows, const Kept& panel,
                            const int32_t* start, const int8_t* ahead, int32_t* sums);

struct SparseKernel {
    bool unsigned_rows;
    int line;         // bytes, four or more lanes of a quad each
    SparseSums four;  // for R = 4
    SparseSums eight;

    int lanes() const { return line / QUAD; }
};

Kernel portable();
SparseKernel sparse_plain();
#ifdef NATIVE_X86
Kernel avx2();
Kernel avxvnni();
Kernel avx512vnni();
Kernel amx();
SparseKernel sparse_avx2();
SparseKernel sparse_avxvnni();
SparseKernel sparse_avx512();
bool has_avx2();
bool has_avxvnni();
bool has_avx512vnni();
bool has_amx();
#endif
#ifdef NATIVE_ARM
Kernel neon();
SparseKernel sparse_neon();
bool has_neon();
#endif

}  // namespace native
