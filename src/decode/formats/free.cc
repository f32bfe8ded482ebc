// free: memory and swap at one moment, in English, German, French or Spanish. docs/formats/free.md
// Source: procps src/free.c, po/.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// The heading's words and the key that each makes.
struct Word {
  std::string_view word;
  std::string_view key;
};
constexpr Word kWords[] = {
    {"total", "total"},
    {"gesamt", "total"},
    {"insgesamt", "total"},
    {"totales", "total"},
    {"used", "used"},
    {"benutzt", "used"},
    {"belegt", "used"},
    {"utilis\xC3\xA9", "used"},
    {"usado", "used"},
    {"usados", "used"},
    {"free", "free"},
    {"frei", "free"},
    {"libre", "free"},
    {"libres", "free"},
    {"shared", "shared"},
    {"gemns.", "shared"},
    {"gemeins.", "shared"},
    {"partag\xC3\xA9", "shared"},
    {"compartido", "shared"},
    {"buff/cache", "buff-cache"},
    {"Puffer/Cache", "buff-cache"},
    {"tamp/cache", "buff-cache"},
    {"b\xC3\xBA"
     "f/cach\xC3\xA9",
     "buff-cache"},
    {"buffers", "buffers"},
    {"Puffer", "buffers"},
    {"tampons", "buffers"},
    {"b\xC3\xBA"
     "feres",
     "buffers"},
    {"cache", "cache"},
    {"cached", "cache"},
    {"Cache", "cache"},
    {"cach\xC3\xA9", "cache"},
    {"available", "available"},
    {"verf\xC3\xBCgbar", "available"},
    {"disponible", "available"},
};

struct Row {
  std::string_view word;
  std::string_view name;
};
constexpr Row kRows[] = {
    {"Mem:", "mem"},
    {"Speicher:", "mem"},
    {"Swap:", "swap"},
    {"Auslager:", "swap"},
    {"\xC3\x89"
     "change:",
     "swap"},
    {"Inter:", "swap"},
    {"Total:", "total"},
    {"Gesamt:", "total"},
    {"Low:", "low"},
    {"High:", "high"},
    {"Comm:", "commit"},
    {"-/+ buffers/cache:", ""},  // before procps 3.3.10: two figures without a column of their own
};

// The keys of a heading's columns; empty where the line is none.
std::vector<std::string_view> heading(std::string_view line) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split_blanks(line)) {
    const auto at = std::ranges::find(kWords, word, &Word::word);
    if (at == std::ranges::end(kWords)) return {};
    out.push_back(at->key);
  }
  if (out.size() < 3 || out[0] != "total" || out[1] != "used" || out[2] != "free") return {};
  return out;
}

const Row* row_of(std::string_view line) {
  line = trim(line);
  for (const Row& each : kRows) {
    if (line.starts_with(each.word)) return &each;
  }
  return nullptr;
}

// The unit of figures that name none, by the options typed: kibibytes unless others were asked for.
std::string_view unit_of(std::string_view typed) {
  for (const std::string_view word : split_blanks(typed)) {
    if (word == "-b" || word == "--bytes") return "B";
    if (word == "-m" || word == "--mebi") return "Mi";
    if (word == "-g" || word == "--gibi") return "Gi";
    if (word == "-k" || word == "--kibi") return "Ki";
  }
  return "";
}

// "15Gi", "32780420", "3.8G": bytes. K, M, G and T are powers of 1024 but with --si. A figure without a unit is
// kibibytes, if it is large enough that `free -m` would mean a terabyte: nobody may have seen the command.
std::optional<uint64_t> bytes_of(std::string_view cell, bool si) {
  constexpr double kSurelyKibibytes = 1'000'000;
  const size_t digits = std::min(cell.find_first_not_of("0123456789."), cell.size());
  const auto number = parse_double(cell.substr(0, digits));
  const std::string_view unit = cell.substr(digits);
  if (!number || *number <= 0) return std::nullopt;
  if (unit.empty() && *number < kSurelyKibibytes) return std::nullopt;
  const size_t power = unit.empty() ? 1 : std::string_view("BKMGTP").find(unit[0]);
  if (power == std::string_view::npos) return std::nullopt;
  double value = *number;
  for (size_t i = 0; i < power; ++i) value *= si ? 1000 : 1024;
  return value < 1e16 ? std::optional(static_cast<uint64_t>(value)) : std::nullopt;
}

class Free : public ToolReader {
 public:
  explicit Free(Sink& sink) : ToolReader(sink, {"free"}) {}

 private:
  void command(std::string_view typed, const Place& /*place*/) override {
    unit_ = unit_of(typed);
    si_ = typed.find("--si") != std::string_view::npos;
    columns_.clear();
  }

  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (auto columns = heading(text); !columns.empty()) {
      columns_ = std::move(columns);
      return;
    }
    const Row* row = row_of(text);
    if (row == nullptr || columns_.empty()) return sink().problem(place, "a line that is no row of free");
    if (row->name.empty()) return;
    if (++rows_ > kMost) return sink().problem(place, "more rows than are read: the rest was left out");
    const auto cells = split_blanks(trim(text).substr(row->word.size()));
    if (cells.size() > columns_.size()) sink().problem(place, "more figures than columns");
    for (size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
      const bool bare = !cells[i].empty() && cells[i].find_first_not_of("0123456789") == std::string_view::npos;
      if (cells[i].find_first_of("0123456789") == std::string_view::npos) {
        sink().problem(place, "a cell that is no figure");
        continue;
      }
      const std::string value = with_point(cells[i].substr(0, 32)) + (bare ? std::string(unit_) : std::string());
      fact(fmt::format("free.{}.{}", row->name, columns_[i]), value, place);
      if (row->name != "mem" || columns_[i] != "total") continue;
      if (const auto bytes = bytes_of(value, si_)) fact("memory.total", std::to_string(*bytes), place);
    }
  }

  static constexpr size_t kMost = 10'000;
  std::vector<std::string_view> columns_;
  std::string_view unit_;
  bool si_ = false;
  size_t rows_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"free"}, 20);
  for (size_t i = 0; i + 1 < tool.lines.size() && i < 3; ++i) {
    if (!heading(tool.lines[i]).empty() && row_of(tool.lines[i + 1]) != nullptr) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Free>(sink); }

}  // namespace

extern const Decoder free_decoder;
const Decoder free_decoder{"free", "free: memory and swap at one moment", sniff, open};

}  // namespace inquest::decode
