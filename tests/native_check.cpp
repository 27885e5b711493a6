// Runs every kernel and a small encoder on made-up numbers: for sanitizers, other CPUs and models of
// instructions that this CPU lacks. Prints a hash of all bits that came out, the same everywhere.
#include <cstdio>
#include <cstring>
#include <random>
#include <stdexcept>
#include <thread>

#include "encoder.h"

namespace {

using namespace native;

std::mt19937 chance(7);

int draw(int low, int high) { return low + static_cast<int>(chance() % (high - low + 1)); }

std::vector<int8_t> bytes(std::size_t n, int least) {
    std::vector<int8_t> made(n);
    for (auto& each : made) each = static_cast<int8_t>(draw(least, 127));
    return made;
}

std::vector<float> floats(std::size_t n, float size) {
    std::vector<float> made(n);
    for (auto& each : made) each = size * static_cast<float>(draw(-1000, 1000)) / 1000.0f;
    return made;
}

template <typename T>
View<T> view(const std::vector<T>& made, std::vector<std::ptrdiff_t> shape) {
    return {made.data(), std::move(shape)};
}

struct Hash {
    uint64_t value = 1469598103934665603ULL;
    void add(const void* at, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i)
            value = (value ^ static_cast<const unsigned char*>(at)[i]) * 1099511628211ULL;
    }
};

bool kernels_agree(Hash& hash) {
    for (int trial = 0; trial < 40; ++trial) {
        const int groups = 1 << draw(0, 2), ins = groups * draw(1, 150), outs = groups * draw(1, 70);
        const int rows = draw(1, 70);
        const auto x = bytes(std::size_t(rows) * ins, -127);
        const auto w = bytes(std::size_t(outs) * (ins / groups), -128);
        const auto ones = floats(outs, 1);
        std::vector<int32_t> wanted(std::size_t(rows) * outs, 0), found(wanted.size());
        for (int r = 0; r < rows; ++r)
            for (int o = 0; o < outs; ++o)
                for (int k = 0; k < ins / groups; ++k)
                    wanted[r * outs + o] += x[r * ins + o / (outs / groups) * (ins / groups) + k] *
                                            w[o * (ins / groups) + k];
        for (const auto& name : isas()) {
            const Isa chosen = isa(name);
            const Packed packed("w",
                                {view(w, {outs, ins / groups}), view(ones, {outs}),
                                 view(ones, {outs}), groups, {}},
                                ins, outs, chosen.kernel.unsigned_rows);
            sums(chosen, packed, x.data(), rows, found.data());
            if (found != wanted) {
                std::printf("%s differs: %d rows, %d x %d, %d groups\n", name.c_str(), rows, outs,
                            ins, groups);
                return false;
            }
        }
        hash.add(wanted.data(), wanted.size() * sizeof wanted[0]);
    }
    return true;
}

struct Weights {  // of one layer
    std::vector<std::vector<int8_t>> weight;
    std::vector<std::vector<float>> scale, bias;
    std::vector<int32_t> loud{3, 17};
};

constexpr int HIDDEN = 48, WIDE = 100, HEADS = 4, WORDS = 50, POSITIONS = 80, GROUPS = 2;

Weights weights() {
    Weights made;
    const int outs[] = {HIDDEN, HIDDEN, HIDDEN, HIDDEN, WIDE, HIDDEN};
    const int ins[] = {HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, WIDE};
    for (int i = 0; i < 6; ++i) {
        made.weight.push_back(bytes(std::size_t(outs[i]) * ins[i] / GROUPS, -127));
        made.scale.push_back(floats(outs[i], 0.004f));
        made.bias.push_back(floats(outs[i], 0.1f));
    }
    return made;
}

Packed packed(const Weights& made, int i, bool shifted, bool loud) {
    const int ins = i == 5 ? WIDE : HIDDEN, outs = i == 4 ? WIDE : HIDDEN;
    Plan plan{view(made.weight[i], {outs, ins / GROUPS}), view(made.scale[i], {outs}),
              view(made.bias[i], {outs}), GROUPS, {}};
    if (loud) plan.columns = view(made.loud, {2});
    return Packed("layer", plan, ins, outs, shifted);
}

bool encoders_agree(Hash& hash) {
    const auto words = bytes(WORDS * HIDDEN, -127);
    const auto scale = floats(WORDS, 0.01f), positions = floats(POSITIONS * HIDDEN, 0.5f);
    const Norm norm{floats(HIDDEN, 1), floats(HIDDEN, 0.2f)};
    const Weights made[2] = {weights(), weights()};
    std::vector<int64_t> ids, lengths;
    for (int s = 0; s < 12; ++s) {
        lengths.push_back(draw(1, s == 5 ? POSITIONS : 20));
        for (int i = 0; i < lengths.back(); ++i) ids.push_back(draw(0, WORDS - 1));
    }
    std::vector<float> first(ids.size() * HIDDEN);
    bool agree = true, begun = false;
    for (const auto& name : isas()) {
        const Isa chosen = isa(name);
        const bool shifted = chosen.kernel.unsigned_rows;
        Encoder encoder({HIDDEN, WIDE, HEADS, WORDS, POSITIONS, 1, 1e-12f}, chosen,
                        view(words, {WORDS, HIDDEN}), view(scale, {WORDS}),
                        view(positions, {POSITIONS, HIDDEN}), norm);
        for (int l = 0; l < 2; ++l) {
            Layer layer{{}, packed(made[l], 3, shifted, l), packed(made[l], 4, shifted, l),
                        packed(made[l], 5, shifted, l), norm, norm};
            for (int i = 0; i < 3; ++i) layer.mix.push_back(packed(made[l], i, shifted, l && i < 2));
            encoder.add(std::move(layer));
        }
        for (const int threads : {1, 3}) {
            Pool pool(threads);
            std::vector<std::vector<float>> out(4, std::vector<float>(first.size()));
            std::vector<std::thread> callers;
            for (auto& to : out)
                callers.emplace_back([&] {
                    encoder.run(pool, ids.data(), ids.size(), lengths.data(), lengths.size(),
                                to.data());
                });
            for (auto& caller : callers) caller.join();
            for (const auto& each : out) {
                if (!begun) first = each, begun = true;
                agree = agree && !std::memcmp(each.data(), first.data(), sizeof(float) * first.size());
            }
            if (!agree) return std::printf("%s, %d threads: other bits\n", name.c_str(), threads), false;
        }
        for (const int64_t wrong : {int64_t{-1}, int64_t{WORDS}}) {
            auto bad = ids;
            bad.back() = wrong;
            Pool pool(1);
            try {
                encoder.run(pool, bad.data(), bad.size(), lengths.data(), lengths.size(),
                            first.data());
                return std::printf("the id %d was taken\n", static_cast<int>(wrong)), false;
            } catch (const std::invalid_argument&) {
            }
        }
    }
    hash.add(first.data(), first.size() * sizeof(float));
    return agree;
}

}  // namespace

int main() {
    Hash hash;
    if (!kernels_agree(hash) || !encoders_agree(hash)) return 1;
    for (const auto& name : isas()) std::printf("%s ", name.c_str());
    std::printf("\n%016llx\n", static_cast<unsigned long long>(hash.value));
}
