// What AMX's tile instructions do, in plain C++ (Intel SDM, TDPBSSD), for tests on other CPUs.
#pragma once

#include <cstdint>
#include <cstring>

struct TileModel {
    int rows[8], bytes[8];
    alignas(64) uint8_t data[8][16][64];
};

inline thread_local TileModel tiles;

inline void _tile_loadconfig(const void* told) {
    const auto* bytes = static_cast<const uint8_t*>(told);
    for (int tile = 0; tile < 8; ++tile) {
        uint16_t width;
        std::memcpy(&width, bytes + 16 + 2 * tile, sizeof width);
        tiles.bytes[tile] = width;
        tiles.rows[tile] = bytes[48 + tile];
    }
    std::memset(tiles.data, 0, sizeof tiles.data);
}

inline void _tile_release() { std::memset(&tiles, 0, sizeof tiles); }

inline void _tile_loadd(int tile, const void* from, long stride) {
    std::memset(tiles.data[tile], 0, sizeof tiles.data[tile]);
    for (int r = 0; r < tiles.rows[tile]; ++r)
        std::memcpy(tiles.data[tile][r], static_cast<const char*>(from) + r * stride,
                    tiles.bytes[tile]);
}

inline void _tile_stored(int tile, void* to, long stride) {
    for (int r = 0; r < tiles.rows[tile]; ++r)
        std::memcpy(static_cast<char*>(to) + r * stride, tiles.data[tile][r], tiles.bytes[tile]);
}

inline void _tile_dpbssd(int to, int left, int right) {
    for (int m = 0; m < tiles.rows[to]; ++m)
        for (int k = 0; k < tiles.bytes[left] / 4; ++k)
            for (int n = 0; n < tiles.bytes[to] / 4; ++n) {
                int32_t sum;
                std::memcpy(&sum, tiles.data[to][m] + 4 * n, sizeof sum);
                for (int i = 0; i < 4; ++i)
                    sum += static_cast<int8_t>(tiles.data[left][m][4 * k + i]) *
                           static_cast<int8_t>(tiles.data[right][k][4 * n + i]);
                std::memcpy(tiles.data[to][m] + 4 * n, &sum, sizeof sum);
            }
}
