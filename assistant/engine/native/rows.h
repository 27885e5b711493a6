// What is done to rows of floats between the products. Compiled once for each width of vectors.
#pragma once

#include "kernels.h"

namespace native {

// A dense layer, or one cut into groups, as packed panels with what its rows are scaled by.
struct Product {
    int ins = 0, outs = 0, groups = 1;
    int depth = 0;   // inputs of a group, padded to STEP
    int panels = 0;  // of one group, each of PANEL channels
    const int8_t* packed = nullptr;   // (groups, panels, depth / QUAD, PANEL, QUAD)
    const int32_t* start = nullptr;   // (groups, panels, PANEL)
    const float* scale = nullptr;     // (groups, panels * PANEL), padded with zeros
    const float* bias = nullptr;      // the same
    int loud = 0;                     // inputs kept apart
    const int32_t* columns = nullptr; // (loud,)
    const float* weights = nullptr;   // (loud, groups, panels * PANEL), padded with zeros
};

// Rows of int8 with the step of each, ready for a product.
struct Rounded {
    int8_t* rows;  // (T, groups * depth)
    float* steps;  // (T,)
    float* kept;   // (T, loud): the inputs kept apart
};

enum class After { nothing, gelu };

struct Span {
    int start, length;
};

// The sides of a product's result: where it goes and what is added.
struct Ends {
    float* to;
    std::ptrdiff_t stride;
    const float* residual;  // (T, stride) or null
    After after;
};

struct Rows {
    const char* name;
    // Rounds row r, x (ins,), for a product; x is as before when it is done.
    void (*round)(float* x, const Product&, bool as_unsigned, const Rounded&, int r);
    // Takes `rows` rows of sums (PANEL wide) of one panel to floats, from row `first` on.
    void (*finish)(const int32_t* sums, int first, int rows, const Product&, int group, int panel,
                   const Rounded&, const Ends&);
    // Layer normalisation of x (n,) to itself.
    void (*norm)(float* x, int n, const float* weight, const float* bias, float eps);
    // softmax(q k' / sqrt(size)) v of one head and sentence; q, k, v are side by side in rows of
    // `stride`, the result goes to rows of `wide`.
    void (*attend)(const float* q, const float* k, const float* v, std::ptrdiff_t stride, Span,
                   int size, float* to, std::ptrdiff_t wide, double* scratch);
    // A token's word (width,) int8 beside itself `tile` times, plus its position (n,).
    void (*embed)(const int8_t* word, float scale, int width, const float* position, int n,
                  float* to);
};

// Queries that attend takes at once at most.
constexpr int QUERIES = 8;

// Doubles that attend needs of scratch for a sentence.
inline std::size_t attend_scratch(int length, int size) {
    const std::size_t across = padded(length, 16), deep = padded(size, 16);
    return size * across + length * deep + QUERIES * (deep + across + across / 2) + 8;
}

Rows rows_plain();
#ifdef NATIVE_X86
Rows rows_avx2();
Rows rows_avx512();
#endif

}  // namespace native
