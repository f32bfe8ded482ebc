// dpkg_list: `dpkg -l`: every package that is installed. docs/formats/dpkg_list.md
// Source: dpkg src/query/main.c (list1package()).
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_heading(std::string_view line) {
  return line.starts_with("||/ ") || line.starts_with("Desired=") || line.starts_with("| Status=") ||
         line.starts_with("|/ Err?=") || line.starts_with("+++-");
}

class DpkgList : public ToolReader {
 public:
  explicit DpkgList(Sink& sink) : ToolReader(sink, {"dpkg", "dpkg-query"}) {}

 private:
  // "ii  bash  5.2.15-2+b7  amd64  GNU Bourne Again SHell"; the second letter is the state, a third one an error.
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty() || is_heading(text)) return;
    const auto words = split_blanks(text);
    if (words.size() < 3 || words[0].size() < 2 || words[0].size() > 3)
      return sink().problem(place, "a line that is no package");
    if (++count_ > kMost) return sink().problem(place, "more packages than are kept: the rest was left out");
    const std::string_view name = words[1].substr(0, words[1].find(':'));
    if (words[0][1] == 'i') {
      fact(fmt::format("package.{}", name.substr(0, 128)), words[2].substr(0, 128), place);
    } else if (words[0][1] != 'c' && words[0][1] != 'n') {
      // Half-installed, unpacked, half-configured, awaiting triggers.
      fact("package.broken", fmt::format("{} {} {}", words[0], name.substr(0, 128), words[2].substr(0, 128)), place);
    }
  }

  static constexpr size_t kMost = 50'000;
  size_t count_ = 0;
};

// Only likely: where kernels are among the packages, there is a decoder that looks at these.
Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"dpkg", "dpkg-query"}, 8);
  for (const std::string_view line : tool.lines) {
    if (line.starts_with("||/ ")) return Claim::Likely;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<DpkgList>(sink); }

}  // namespace

extern const Decoder dpkg_list_decoder;
const Decoder dpkg_list_decoder{"dpkg_list", "dpkg -l: every package that is installed", sniff, open};

}  // namespace inquest::decode
