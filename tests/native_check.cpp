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

// A weight (outs, width) of blocks of which some are left, some panels are like the first and, where
// it is cut short, the second half of its inputs and outputs has none; and what is kept of it.
struct Sparse {
    std::vector<int8_t> weight, blocks;
    std::vector<uint16_t> places;
    std::vector<int32_t> counts;
    int outputs = 0;

    Blocks view_of() const {
        const auto kept = static_cast<std::ptrdiff_t>(places.size());
        return {view(blocks, {kept, outputs, QUAD}), view(places, {kept}),
                view(counts, {static_cast<std::ptrdiff_t>(counts.size())})};
    }
};

Sparse sparse(int outs, int width, int outputs, bool cut_short) {
    Sparse made;
    made.outputs = outputs, made.weight.assign(std::size_t(outs) * width, 0);
    const int odds = draw(0, 4);
    for (int first = 0; first < outs; first += outputs) {
        const bool like = first >= PANEL && draw(0, 1) == 0;  // the block one panel before
        made.counts.push_back(0);
        for (int q = 0; q < width / QUAD; ++q) {
            auto at = [&](int c) { return &made.weight[std::size_t(first + c) * width + q * QUAD]; };
            bool any = draw(0, 4) < odds && !(cut_short && 2 * q * QUAD >= width) &&
                       !(cut_short && 2 * first >= outs);
            if (like) any = false;
            for (int c = 0; c < outputs; ++c) {
                if (like) std::memcpy(at(c), at(c) - std::size_t(PANEL) * width, QUAD);
                for (int i = 0; i < QUAD && !like && any; ++i)
                    at(c)[i] = static_cast<int8_t>(draw(-128, 127));
            }
            for (int c = 0; c < outputs; ++c)
                for (int i = 0; i < QUAD; ++i) any = any || at(c)[i];
            if (!any) continue;
            ++made.counts.back(), made.places.push_back(static_cast<uint16_t>(q));
            for (int c = 0; c < outputs; ++c)
                made.blocks.insert(made.blocks.end(), at(c), at(c) + QUAD);
        }
    }
    return made;
}

bool sparse_kernels_agree(Hash& hash) {
    for (int trial = 0; trial < 60; ++trial) {
        const int groups = 1 << draw(0, 2), outputs = draw(0, 1) ? 8 : 4;
        const int width = QUAD * draw(1, 50), share = outputs * draw(1, 20), rows = draw(1, 70);
        const int ins = groups * width, outs = groups * share;
        const auto x = bytes(std::size_t(rows) * ins, -127);
        const auto ones = floats(outs, 1);
        const Sparse made = sparse(outs, width, outputs, draw(0, 1));
        std::vector<int32_t> wanted(std::size_t(rows) * outs, 0), found(wanted.size());
        for (int r = 0; r < rows; ++r)
            for (int o = 0; o < outs; ++o)
                for (int k = 0; k < width; ++k)
                    wanted[r * outs + o] +=
                        x[r * ins + o / share * width + k] * made.weight[o * width + k];
        for (const auto& name : isas()) {
            const Isa chosen = isa(name);
            const Packed packed("w",
                                {{}, view(ones, {outs}), view(ones, {outs}), groups, {},
                                 made.view_of()},
                                ins, outs, chosen);
            sums(chosen, packed, x.data(), rows, found.data());
            if (found != wanted) {
                std::printf("%s differs: %d rows, %d x %d in blocks of %d, %d groups\n",
                            name.c_str(), rows, outs, ins, outputs, groups);
                return false;
            }
        }
        hash.add(wanted.data(), wanted.size() * sizeof wanted[0]);
    }
    return true;
}

// Blocks that can't be are refused, and nothing beyond them is read.
bool damage_is_refused() {
    constexpr int OUTS = 64, WIDTH = 32;
    const auto ones = floats(OUTS, 1);
    for (int trial = 0; trial < 400; ++trial) {
        Sparse made = sparse(OUTS, WIDTH, 8, false);
        if (made.places.empty()) continue;
        const std::size_t k = chance() % made.places.size(), g = chance() % made.counts.size();
        switch (trial % 8) {
            case 0: made.places[k] = static_cast<uint16_t>(draw(WIDTH / QUAD, 65535)); break;
            case 1: made.counts[g] = draw(0, 1) ? -1 : 2147483647; break;
            case 2: made.counts[g] += draw(0, 1) ? 1 : -1; break;
            case 3: made.places.pop_back(); break;
            case 4: made.places.push_back(7), made.blocks.resize(made.blocks.size() + 32, 1); break;
            case 5: made.counts.pop_back(); break;
            case 6: made.outputs = 16; break;
            case 7: made.counts.push_back(0); break;
        }
        try {
            const Packed packed("w", {{}, view(ones, {OUTS}), view(ones, {OUTS}), 1, {},
                                      made.view_of()},
                                WIDTH, OUTS, isa(""));
            return std::printf("damage %d was taken\n", trial % 8), false;
        } catch (const std::invalid_argument&) {
        }
    }
    return true;
}

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
                                ins, outs, chosen);
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

struct Shape {
    int wide, groups;
    int outputs[2];  // of a block of each layer's products, 0 where none is sparse
    int heads = 4;
};

struct Weights {  // of one layer
    std::vector<std::vector<int8_t>> weight;
    std::vector<Sparse> kept;
    std::vector<std::vector<float>> scale, bias;
    std::vector<int32_t> loud{3, 17};
};

constexpr int HIDDEN = 48, WORDS = 50, POSITIONS = 80;

Weights weights(const Shape& shape, int outputs) {
    Weights made;
    const int outs[] = {HIDDEN, HIDDEN, HIDDEN, HIDDEN, shape.wide, HIDDEN};
    const int ins[] = {HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, shape.wide};
    for (int i = 0; i < 6; ++i) {
        const int width = ins[i] / shape.groups;
        if (outputs)
            made.kept.push_back(sparse(outs[i], width, outputs, outputs == 8 && i > 2)),
                made.weight.push_back(made.kept.back().weight);
        else
            made.weight.push_back(bytes(std::size_t(outs[i]) * width, -127));
        made.scale.push_back(floats(outs[i], 0.004f));
        made.bias.push_back(floats(outs[i], 0.1f));
    }
    return made;
}

Packed packed(const Weights& made, int i, const Shape& shape, bool dense, const Isa& isa,
              bool loud) {
    const int ins = i == 5 ? shape.wide : HIDDEN, outs = i == 4 ? shape.wide : HIDDEN;
    Plan plan{{}, view(made.scale[i], {outs}), view(made.bias[i], {outs}), shape.groups, {}};
    if (dense || made.kept.empty())
        plan.weight = view(made.weight[i], {outs, ins / shape.groups});
    else
        plan.sparse = made.kept[i].view_of();
    if (loud) plan.columns = view(made.loud, {2});
    return Packed("layer", plan, ins, outs, isa);
}

// Every kernel makes the same of an encoder, and of one that is sparse the same as if it were not.
bool encoders_agree(Hash& hash, const Shape& shape) {
    const auto words = bytes(WORDS * HIDDEN, -127);
    const auto scale = floats(WORDS, 0.01f), positions = floats(POSITIONS * HIDDEN, 0.5f);
    const Norm norm{floats(HIDDEN, 1), floats(HIDDEN, 0.2f)};
    const Weights made[2] = {weights(shape, shape.outputs[0]), weights(shape, shape.outputs[1])};
    std::vector<int64_t> ids, lengths;
    for (int s = 0; s < 12; ++s) {
        lengths.push_back(draw(1, s == 5 ? POSITIONS : 20));
        for (int i = 0; i < lengths.back(); ++i) ids.push_back(draw(0, WORDS - 1));
    }
    std::vector<float> first(ids.size() * HIDDEN);
    bool agree = true, begun = false;
    auto names = isas();
    if (shape.outputs[0]) names.insert(names.begin(), names.front());  // once densely
    for (std::size_t turn = 0; turn < names.size(); ++turn) {
        const std::string name = names[turn];
        const Isa chosen = isa(name);
        auto pack = [&](int l, int i, bool loud) {
            return packed(made[l], i, shape, turn == 0, chosen, loud);
        };
        Encoder encoder({HIDDEN, shape.wide, shape.heads, WORDS, POSITIONS, 1, 1e-12f}, chosen,
                        view(words, {WORDS, HIDDEN}), view(scale, {WORDS}),
                        view(positions, {POSITIONS, HIDDEN}), norm);
        for (int l = 0; l < 2; ++l) {
            Layer layer{{}, pack(l, 3, l), pack(l, 4, l), pack(l, 5, l), norm, norm};
            for (int i = 0; i < 3; ++i) layer.mix.push_back(pack(l, i, l && i < 2));
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
    if (!kernels_agree(hash) || !sparse_kernels_agree(hash) || !damage_is_refused()) return 1;
    for (const Shape& shape :
         {Shape{100, 2, {0, 0}}, Shape{96, 1, {8, 4}}, Shape{96, 2, {4, 8}}, Shape{96, 3, {8, 0}},
          Shape{96, 1, {8, 4}, 3}, Shape{96, 1, {0, 8}, 8}, Shape{96, 1, {0, 0}, 16}})
        if (!encoders_agree(hash, shape)) return 1;
    for (const auto& name : isas()) std::printf("%s ", name.c_str());
    std::printf("\n%016llx\n", static_cast<unsigned long long>(hash.value));
}
