// What is done to rows of floats between the products. Compiled once for each width of vectors.
#pragma once

#include "kernels.h"

namespace native {

// Rows that are handed out together; as many lie beside each other in every line (kernels.h).
constexpr int ROUND = 4;

// A dense or sparse layer, or one cut into groups, as packed panels with what its rows are scaled by.
// A panel that is like an earlier one is not multiplied again: there are `tasks` different ones, and
// the sums of task t are those of the panels shown[faces[t]] to shown[faces[t + 1]]. Those without
// any weight come last, after shown[faces[tasks]]: they give `constants`.
struct Product {
    int ins = 0, outs = 0, groups = 1;
    int depth = 0;   // inputs of a group, padded to STEP
    int panels = 0;  // of one group, each of PANEL channels
    int shift = 0;   // added to rounded rows: 128 where the kernel wants them unsigned
    int tasks = 0;
    const int32_t* faces = nullptr;      // (tasks + 2,)
    const int32_t* shown = nullptr;      // (groups * panels,)
    const int8_t* packed = nullptr;      // each task's weights; dense: (depth / QUAD, PANEL, QUAD)
    const std::ptrdiff_t* at = nullptr;  // (tasks + 1,): where in `packed` they begin
    const int32_t* start = nullptr;      // (groups, panels, PANEL)
    const float* scale = nullptr;        // (groups, panels * PANEL), padded with zeros
    const float* bias = nullptr;         // the same
    const float* constants = nullptr;    // the same
    int loud = 0;                        // inputs kept apart
    const int32_t* columns = nullptr;    // (loud,)
    const float* weights = nullptr;      // (loud, groups, panels * PANEL), padded with zeros

    // Of a sparse product alone.
    int line = 0;                     // bytes of a quad of some rows; 0 where it is dense
    int outputs = 0;                  // R: channels of a block
    const Kept* kept = nullptr;       // (tasks,)
    const uint16_t* read = nullptr;   // (reads,): which sixteen of the inputs some block reads
    const uint16_t* seen = nullptr;   // (sees,): which sixteen may hold a row's largest value
    int reads = 0, sees = 0;
    float least = 0;                  // the largest of what is not seen, which is always the same

    int lanes() const { return line / QUAD; }
    std::ptrdiff_t apart() const { return static_cast<std::ptrdiff_t>(ins) / QUAD * line; }
    int empty() const { return faces[tasks + 1] - faces[tasks]; }  // panels without any weight
};

// Rows of int8 with the step of each, ready for a product.
struct Rounded {
    int8_t* rows;  // (T, groups * depth), or for a sparse product lines of a quad each (kernels.h)
    float* steps;  // (T,)
    float* kept;   // (T, loud): the inputs kept apart
    int total;     // T
};

enum class After { nothing, gelu };

struct Span {
    int start, length;
};

// The dimensions of a head. Of queries and keys only the first `matched` are not zero in one of
// both, of values only the first `valued`.
struct Head {
    int size, matched, valued;
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
    // Rounds `rows` <= ROUND rows from row `first` on, which is a multiple of ROUND, for a product:
    // x (rows, ins), `stride` apart, is as before when it is done.
    void (*round)(float* x, std::ptrdiff_t stride, int rows, const Product&, const Rounded&,
                  int first);
    // Takes `rows` rows of sums (PANEL wide) of one panel to floats, from row `first` on.
    void (*finish)(const int32_t* sums, int first, int rows, const Product&, int group, int panel,
                   const Rounded&, const Ends&);
    // The same where there are no weights: what a panel gives then is known.
    void (*fill)(int first, int rows, const Product&, int group, int panel, const Ends&);
    // Layer normalisation of x (rows, n), rows <= ROUND, to itself.
    void (*norm)(float* x, int rows, int n, const float* weight, const float* bias, float eps);
    // softmax(q k' / sqrt(size)) v of one head and sentence; q, k, v are side by side in rows of
    // `stride`, the result goes to rows of `wide`.
    void (*attend)(const float* q, const float* k, const float* v, std::ptrdiff_t stride, Span,
                   const Head&, float* to, std::ptrdiff_t wide, double* scratch);
    // A token's word (width,) int8 beside itself `tile` times, plus its position (n,).
    void (*embed)(const int8_t* word, float scale, int width, const float* position, int n,
                  float* to);
};

// Doubles that attend needs of scratch for a sentence, in whole lines of the cache.
inline std::size_t attend_scratch(int length, int size) {
    return 2 * length * padded(size, 16) + 16 * size + 24 * (length + 8);
}

Rows rows_plain();
#ifdef NATIVE_X86
Rows rows_avx2();
Rows rows_avx512();
#endif

}  // namespace native
