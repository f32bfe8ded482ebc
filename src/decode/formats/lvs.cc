// `lvs`: logical volumes and how full thin pools are, in any language's decimals. One fact a volume.
// Source: lvm2, lib/report/columns.h; lvs(8).
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Column {
  std::string_view name;
  size_t start = 0;
};

// The columns of "  LV   VG  Attr       LSize   Pool Origin Data% ..."; empty where the line is no heading.
std::vector<Column> heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 4 || words.size() > 40 || words[0] != "LV" || words[1] != "VG" || words[2] != "Attr") return {};
  std::vector<Column> out;
  for (const std::string_view word : words) out.push_back({word, static_cast<size_t>(word.data() - line.data())});
  return out;
}

// "11,54" and "136,00g" with a point.
std::string with_point(std::string_view value) {
  std::string out(value);
  const size_t comma = out.find(',');
  if (comma != std::string::npos && out.find(',', comma + 1) == std::string::npos && out.find('.') == std::string::npos)
    out[comma] = '.';
  return out;
}

class Lvs : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto prompt = parse_shell_prompt(text)) {
      host_ = prompt->host;
      columns_.clear();
      return;
    }
    if (!heading(text).empty()) {
      heading_ = text;
      columns_ = heading(heading_);
      return;
    }
    if (columns_.empty()) return sink().problem(place, "a line before the heading");
    volume(text, place);
  }

  void volume(std::string_view text, const Place& place) {
    std::vector<std::string_view> values;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const size_t start = std::min(columns_[i].start, text.size());
      const size_t end = i + 1 < columns_.size() ? std::min(columns_[i + 1].start, text.size()) : text.size();
      values.push_back(trim(text.substr(start, end - start)));
    }
    if (values[0].empty() || values[1].empty()) return sink().problem(place, "a volume without a name or a group");
    std::string value = fmt::format("{}/{}", values[1], values[0]);
    for (size_t i = 2; i < values.size(); ++i) {
      if (values[i].empty()) continue;
      const bool figure = columns_[i].name.find("Size") != std::string_view::npos || columns_[i].name.ends_with('%');
      value += fmt::format(" {}={}", columns_[i].name, figure ? with_point(values[i]) : std::string(values[i]));
    }
    sink().fact(host_, "lvm.volume", value, place);
  }

  std::string host_;
  std::string heading_;
  std::vector<Column> columns_;  // views into heading_
};

Claim sniff(const Head& head) {
  size_t looked = 0;
  for (const std::string_view line : head.lines(20)) {
    if (trim(line).empty() || parse_shell_prompt(line)) continue;
    if (!heading(line).empty()) return Claim::Certain;
    if (++looked == 3) break;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lvs>(sink); }

}  // namespace

extern const Decoder lvs_decoder;
const Decoder lvs_decoder = {"lvs", "lvs: logical volumes, and how full thin pools are", sniff, open};

}  // namespace inquest::decode
