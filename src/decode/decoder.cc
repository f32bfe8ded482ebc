#include "decode/decoder.h"

namespace inquest::decode {

std::vector<std::string_view> Head::lines(size_t at_most) const {
  std::vector<std::string_view> out;
  std::string_view rest = bytes;
  while (!rest.empty() && out.size() < at_most) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos && !complete && !out.empty()) break;
    std::string_view line = rest.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return out;
}

const Decoder* choose(const Head& head) {
  const Decoder* best = nullptr;
  Claim highest = Claim::No;
  for (const Decoder* decoder : decoders()) {
    const Claim claim = decoder->sniff(head);
    if (claim > highest) {
      highest = claim;
      best = decoder;
    }
  }
  return best;
}

}  // namespace inquest::decode
