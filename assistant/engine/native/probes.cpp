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

void sums(const Isa& isa, const Packed& packed, const int8_t* x, int rows, int32_t* out) {
    const Product& p = packed.product();
    const int width = p.ins / p.groups, share = p.outs / p.groups;
    std::vector<int8_t> padded_row(static_cast<std::size_t>(TILE) * p.depth);
    int32_t found[TILE * PANEL];
    const int shift = isa.kernel.unsigned_rows ? 128 : 0;
    for (int task = 0; task < p.groups * p.panels; ++task)
        for (int first = 0; first < rows; first += TILE) {
            const int group = task / p.panels, channel = task % p.panels * PANEL;
            const int some = std::min(TILE, rows - first);
            std::fill(padded_row.begin(), padded_row.end(), 0);
            for (int r = 0; r < some; ++r)
                for (int k = 0; k < width; ++k)
                    padded_row[r * p.depth + k] = static_cast<int8_t>(
                        x[(first + r) * static_cast<std::ptrdiff_t>(p.ins) + group * width + k] +
                        shift);
            const int8_t* panel = p.packed + static_cast<std::ptrdiff_t>(task) * PANEL * p.depth;
            isa.kernel.sums(padded_row.data(), p.depth, some, panel, p.depth,
                            p.start + task * PANEL, panel, found);
            for (int r = 0; r < some; ++r)
                for (int c = 0; c < std::min(PANEL, share - channel); ++c)
                    out[(first + r) * static_cast<std::ptrdiff_t>(p.outs) + group * share + channel +
                        c] = found[r * PANEL + c];
        }
    if (isa.kernel.leave) isa.kernel.leave();
}

}  // namespace native
