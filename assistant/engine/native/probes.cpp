// What measures and tests the engine from outside.
#include <algorithm>
#include <cstring>

#include "encoder.h"

namespace native {

uint64_t sweep(const int8_t* at, std::ptrdiff_t bytes, Pool& pool) {
    constexpr std::ptrdiff_t part = 1 << 17;
    auto whole = std::make_shared<std::atomic<uint64_t>>(0);
    pool.run(1, [whole, at, bytes](Job::Member& member) {
        member.each(static_cast<int>(bytes / part), [&](int task) {
            uint64_t sums[8] = {}, line[8];
            for (std::ptrdiff_t i = 0; i < part; i += sizeof line) {
                std::memcpy(line, at + task * part + i, sizeof line);
                for (int lane = 0; lane < 8; ++lane) sums[lane] += line[lane];
            }
            for (const uint64_t sum : sums) *whole += sum;
        });
    });
    return *whole;
}

void multiply(const Isa& isa, std::ptrdiff_t bytes, int rows, Pool& pool) {
    constexpr int depth = 512;  // a panel of 16 KB, which stays in the nearest cache
    pool.run(1, [isa, bytes, rows](Job::Member& member) {
        member.each(static_cast<int>(bytes / (PANEL * depth)), [&](int) {
            alignas(64) static thread_local int8_t x[TILE * depth], panel[PANEL * depth];
            alignas(64) static const int32_t start[PANEL] = {};
            alignas(64) static thread_local int32_t out[TILE * PANEL];
            for (int first = 0; first < rows; first += TILE)
                isa.kernel.sums(x, depth, std::min(TILE, rows - first), panel, depth,
                                start, panel, out);
            if (isa.kernel.leave) isa.kernel.leave();
        });
    });
}

// Puts int8 rows where a product's rounding would.
static std::vector<int8_t> placed(const Product& p, const int8_t* x, int rows) {
    const int width = p.ins / p.groups, wide = p.groups * p.depth;
    const std::size_t lines = p.line ? spot(rows - 1, rows, p.lanes()).line + 1 : 0;
    std::vector<int8_t> made(p.line ? lines * p.apart() : static_cast<std::size_t>(rows) * wide);
    for (int r = 0; r < rows; ++r)
        for (int k = 0; k < p.ins; ++k, ++x) {
            const int8_t value = static_cast<int8_t>(*x + p.shift);
            if (!p.line) {
                made[static_cast<std::size_t>(r) * wide + k / width * p.depth + k % width] = value;
                continue;
            }
            const Spot at = spot(r, rows, p.lanes());
            int8_t* part = made.data() + at.line * p.apart() + k / QUAD * p.line +
                           at.part * at.copies * QUAD + k % QUAD;
            for (int copy = 0; copy < at.copies; ++copy) part[copy * QUAD] = value;
        }
    return made;
}

void sums(const Isa& isa, const Packed& packed, const int8_t* x, int rows, int32_t* out) {
    if (!rows) return;
    const Product& p = packed.product();
    const int share = p.outs / p.groups;
    const std::vector<int8_t> from = placed(p, x, rows);
    alignas(64) int32_t found[TILE * PANEL];
    std::fill(out, out + static_cast<std::ptrdiff_t>(rows) * p.outs, 0);
    for (int task = 0; task < p.tasks; ++task)
        for (int first = 0; first < rows; first += TILE) {
            const int some = std::min(TILE, rows - first);
            tile(isa, p, task, from.data(), first, some, p.packed + p.at[task], found);
            for (int i = p.faces[task]; i < p.faces[task + 1]; ++i) {
                const int group = p.shown[i] / p.panels, channel = p.shown[i] % p.panels * PANEL;
                for (int r = 0; r < some; ++r)
                    std::copy_n(found + r * PANEL, std::min(PANEL, share - channel),
                                out + (first + r) * static_cast<std::ptrdiff_t>(p.outs) +
                                    group * share + channel);
            }
        }
    if (isa.kernel.leave) isa.kernel.leave();
}

}  // namespace native
