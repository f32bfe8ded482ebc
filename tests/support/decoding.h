// One decoder over bytes at hand, and what holds for whatever it makes of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "decode/decoder.h"
#include "model/case.h"

namespace inquest::testing {

inline constexpr size_t kWhole = static_cast<size_t>(-1);

// The head of `bytes` as the intake shows it to sniffers. Views into both arguments.
decode::Head head_of(std::string_view bytes, std::string_view name);

// A case of one piece of evidence called `name`, decoded by that decoder whether it claims it or not, fed in pieces of
// `piece` bytes. Each piece is gone after its call, so that a reader which keeps a view of it is caught.
model::Case decode_with(const decode::Decoder& decoder, std::string_view bytes, const std::string& name,
                        size_t piece = kWhole);

// What the case says of places that the one piece of evidence, `bytes`, does not have: the first record or diagnostic
// that lies outside of it or refers to nothing, in words. Empty where all is well.
std::string out_of_place(const model::Case& c, std::string_view bytes);

// How many records of each kind there are: "2 events, 0 samples, ...". What neither the size of pieces nor the shape of
// line ends may change.
std::string tally(const model::Case& c);

}  // namespace inquest::testing
