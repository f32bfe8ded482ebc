// The fuzz target of one decoder, named by INQUEST_FUZZ_DECODER: whatever the bytes, its records lie in them, and how
// they are cut into pieces changes nothing. tests/decoder_laws_test.cc holds the same laws over the golden samples.

#include "decode/decoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "support/decoding.h"

namespace {

using inquest::decode::Decoder;

const Decoder& decoder() {
  static const Decoder* const found =
      *std::ranges::find(inquest::decode::decoders(), INQUEST_FUZZ_DECODER, &Decoder::name);
  return *found;
}

void require(bool holds, std::string_view law, const std::string& why) {
  if (holds) return;
  fmt::print(stderr, "{}: {}: {}\n", INQUEST_FUZZ_DECODER, law, why);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string name = "fuzz";
  (void)decoder().sniff(inquest::testing::head_of(bytes, name));

  const auto whole = inquest::testing::decode_with(decoder(), bytes, name);
  const std::string bad = inquest::testing::out_of_place(whole, bytes);
  require(bad.empty(), "a record outside of the input", bad);

  // Sizes that fall at every place of a line as inputs grow, none so small that it would slow the search down.
  const size_t piece = 1 + size % 61;
  const auto cut = inquest::testing::decode_with(decoder(), bytes, name, piece);
  const std::string expected = inquest::testing::tally(whole);
  const std::string got = inquest::testing::tally(cut);
  require(expected == got, "pieces give other records",
          fmt::format("{} whole, {} in pieces of {}", expected, got, piece));
  return 0;
}
