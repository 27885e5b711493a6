// Attention, for rows_body.h. Queries lie beside each other, W = 16 or 8 of them, one in a lane: the
// largest score of each and the sum of what its scores are raised to are taken lane by lane.
#pragma once

#include <cmath>

#include "lanes.h"
#include "rows.h"

namespace native {
namespace {

// What attend keeps of a sentence and head, all in double but the scores.
struct Attending {
    double* keys;     // (length, deep)
    double* values;   // in blocks of LANES columns: (valued / LANES, length, LANES)
    double* queries;  // (matched, W)
    double* raised;   // (length, W)
    float* scores;    // (length, W), and some more rows
    int deep;         // matched, padded to LANES
};

// Sums of `terms` rows of a block, W numbers each and `wide` apart, times one of the Q factors beside
// it: factor i of term t is at i * apart + t * hop. Products of floats are exact in double, so the
// sums are rounded only by the adding, and once more at the end.
template <int Q, int W>
NATIVE_TARGET NATIVE_INLINE void weigh(const double* factors, std::ptrdiff_t apart, int hop,
                                       const double* block, int terms, Part (&parts)[Q][W / PART]) {
    for (int i = 0; i < Q; ++i)
        for (int v = 0; v < W / PART; ++v) parts[i][v] = Part{};
    for (int t = 0; t < terms; ++t, block += W, factors += hop)
        for (int i = 0; i < Q; ++i)
            for (int v = 0; v < W / PART; ++v)
                parts[i][v] = multiply_add(factors[i * apart], block + v * PART, parts[i][v]);
}

// Calls weigh for the `some` <= ABREAST factors that are beside each other, and f(i, parts) for each.
template <int W, int Q = ABREAST, typename F>
NATIVE_TARGET NATIVE_INLINE void weigh_some(int some, const double* factors, std::ptrdiff_t apart,
                                            int hop, const double* block, int terms, F&& f) {
    if constexpr (Q > 0) {
        if (some < Q) return weigh_some<W, Q - 1>(some, factors, apart, hop, block, terms, f);
        Part parts[Q][W / PART];
        weigh<Q, W>(factors, apart, hop, block, terms, parts);
        for (int i = 0; i < Q; ++i) f(i, parts[i]);
    }
}

// Calls f(first, some) for `n` in even parts of at most ABREAST.
template <typename F>
NATIVE_TARGET NATIVE_INLINE void evenly(int n, F&& f) {
    int first = 0;
    for (int parts = (n + ABREAST - 1) / ABREAST; parts > 0; --parts) {
        const int some = (n - first + parts - 1) / parts;
        f(first, some), first += some;
    }
}

// Rows of `from` (rows, n) widened to double: LANES columns of row r to `to` + r * next, the LANES
// after them `block` further. Zeros fill the last.
NATIVE_TARGET NATIVE_INLINE void widen(const float* from, std::ptrdiff_t stride, int rows, int n,
                                       double* to, int next, std::ptrdiff_t block) {
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < n; c += LANES) {
            const float* row = from + r * stride + c;
            store(to + r * next + c / LANES * block, n - c < LANES ? load_some(row, n - c) : load(row));
        }
}

// Up to W rows of `n` floats to double with rows and columns exchanged: (n, W), zeros beyond `some`.
template <int W>
NATIVE_TARGET NATIVE_INLINE void turn(const float* from, std::ptrdiff_t stride, int some, int n,
                                      double* to) {
    for (int r = 0; r < W; r += 4, from += 4 * stride)
        for (int c = 0; c < n; c += 4) {
            const int rows = some - r, columns = n - c;
            Four four[4];
            for (int i = 0; i < 4; ++i)
                four[i] = load_four(from + i * stride + c, i < rows ? columns : 0);
            exchange(four);
            for (int i = 0; i < 4; ++i)
                if (i < columns) store(to + (c + i) * W + r, four[i]);
        }
}

// Scores (length, W) of W queries less the largest of each, raised; returns their sums. Each sum is
// taken in eight parts, of every eighth score, and those one after another.
template <int W>
NATIVE_TARGET NATIVE_INLINE void raise(const Attending& at, int length, float root, float* shares) {
    constexpr int ROWS = LANES / W;  // of scores in a vector
    const int n = length * W, end = padded(n, BESIDE * LANES);
    for (int i = n; i < end; ++i) at.scores[i] = -INFINITY;
    int exponent;  // a power of two divides as its inverse multiplies
    const bool even = std::frexp(root, &exponent) == 0.5f;
    const float inverse = 1.0f / root;
    Lanes top = all(-INFINITY);
    for (int i = 0; i < end; i += LANES) {
        const Lanes v = even ? load(at.scores + i) * inverse : load(at.scores + i) / root;
        store(at.scores + i, v);
        top = larger(v, top);
    }
    if (ROWS == 2) top = larger(top, halves_exchanged(top));
    for (int i = 0; i < end; i += BESIDE * LANES) {
        Lanes power[BESIDE];
        for (int v = 0; v < BESIDE; ++v) power[v] = load(at.scores + i + v * LANES) - top;
        exponential(power);
        for (int v = 0; v < BESIDE; ++v) store(at.raised + i + v * LANES, power[v]);
    }
    Part sums[W / PART] = {};
    for (int first = 0; first < 8 && first < length; ++first) {
        Part parts[W / PART] = {};
        for (int j = first; j < length; j += 8)
            for (int v = 0; v < W / PART; ++v)
                parts[v] = parts[v] + part(at.raised + j * W + v * PART);
        for (int v = 0; v < W / PART; ++v) sums[v] = sums[v] + parts[v];
    }
    for (int v = 0; v < W / PART; ++v) narrow(shares + v * PART, sums[v]);
}

// What `some` <= W queries get.
template <int W>
NATIVE_TARGET void attend_queries(const float* q, std::ptrdiff_t stride, int some,
                                  const Attending& at, int length, const Head& head, float* to,
                                  std::ptrdiff_t wide) {
    turn<W>(q, stride, some, head.matched, at.queries);
    evenly(length, [&](int first, int keys) NATIVE_TARGET {
        weigh_some<W>(keys, at.keys + first * at.deep, at.deep, 1, at.queries, head.matched,
                      [&](int i, const Part (&parts)[W / PART]) NATIVE_TARGET {
                          for (int v = 0; v < W / PART; ++v)
                              narrow(at.scores + (first + i) * W + v * PART, parts[v]);
                      });
    });
    float shares[W];
    raise<W>(at, length, std::sqrt(static_cast<float>(head.size)), shares);
    for (int d = 0; d < head.valued; d += LANES) {
        const int columns = head.valued - d < LANES ? head.valued - d : LANES;
        evenly(some, [&](int first, int queries) NATIVE_TARGET {
            weigh_some<LANES>(queries, at.raised + first, 1, W,
                              at.values + static_cast<std::ptrdiff_t>(d) * length, length,
                              [&](int i, const Part (&parts)[PARTS]) NATIVE_TARGET {
                                  float found[LANES];
                                  for (int v = 0; v < PARTS; ++v)
                                      narrow(found + v * PART, parts[v]);
                                  const Lanes mixed = load(found) / shares[first + i];
                                  float* into = to + (first + i) * wide + d;
                                  if (columns == LANES)
                                      store(into, mixed);
                                  else
                                      store_some(into, mixed, columns);
                              });
        });
    }
    for (int i = 0; i < some; ++i)
        for (int d = head.valued; d < head.size; ++d) to[i * wide + d] = 0;
}

NATIVE_TARGET void attend(const float* q, const float* k, const float* v, std::ptrdiff_t stride,
                          Span span, const Head& head, float* to, std::ptrdiff_t wide,
                          double* scratch) {
    const int length = span.length, values = padded(head.valued, LANES);
    Attending at;
    at.deep = padded(head.matched, LANES);
    at.keys = scratch;
    at.values = at.keys + static_cast<std::ptrdiff_t>(length) * at.deep;
    at.queries = at.values + static_cast<std::ptrdiff_t>(length) * values;
    at.raised = at.queries + head.size * LANES;
    at.scores = reinterpret_cast<float*>(at.raised + (length + 8) * LANES);
    widen(k + span.start * stride, stride, length, head.matched, at.keys, at.deep, LANES);
    widen(v + span.start * stride, stride, length, head.valued, at.values, LANES,
          static_cast<std::ptrdiff_t>(length) * LANES);
    for (int first = 0; first < length;) {
        const std::ptrdiff_t row = span.start + first;
        const int left = length - first;
        if (left <= LANES / 2)
            attend_queries<LANES / 2>(q + row * stride, stride, left, at, length, head,
                                      to + row * wide, wide);
        else
            attend_queries<LANES>(q + row * stride, stride, left < LANES ? left : LANES, at, length,
                                  head, to + row * wide, wide);
        first += LANES;
    }
}

}  // namespace
}  // namespace native
