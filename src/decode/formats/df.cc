// df: how full file systems are, in English, German, French or Spanish. docs/formats/df.md
// Source: coreutils src/df.c (field_data[]), po/.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// How a heading begins, per language.
constexpr std::string_view kFirst[] = {"Filesystem", "Dateisystem", "Sys. de fichiers",
                                       "S.ficheros", "Sist. Arq.",  "File system"};
// How it ends.
constexpr std::string_view kLast[] = {"Mounted on", "Eingeh\xC3\xA4ngt auf", "Mont\xC3\xA9 sur", "Montado en",
                                      "Montato su"};

struct Word {
  std::string_view word;
  std::string_view key;
};
constexpr Word kWords[] = {
    {"Type", "type"},
    {"Typ", "type"},
    {"Tipo", "type"},
    {"Size", "size"},
    {"Gr\xC3\xB6\xC3\x9F"
     "e",
     "size"},
    {"Taille", "size"},
    {"Tama\xC3\xB1o", "size"},
    {"Used", "used"},
    {"Benutzt", "used"},
    {"Utilis\xC3\xA9", "used"},
    {"Usados", "used"},
    {"Avail", "avail"},
    {"Available", "avail"},
    {"Verf.", "avail"},
    {"Verf\xC3\xBCgbar", "avail"},
    {"Dispo", "avail"},
    {"Disponible", "avail"},
    {"Disp", "avail"},
    {"Disponibles", "avail"},
    {"Use%", "use"},
    {"Capacity", "use"},
    {"Verw%", "use"},
    {"Kapazit\xC3\xA4t", "use"},
    {"Uti%", "use"},
    {"Capacit\xC3\xA9", "use"},
    {"Uso%", "use"},
    {"Capacidad", "use"},
    {"Inodes", "inodes"},
    {"In\xC5\x93uds", "inodes"},
    {"Nodos-i", "inodes"},
    {"IUsed", "iused"},
    {"IBenutzt", "iused"},
    {"IUtil.", "iused"},
    {"NUsados", "iused"},
    {"IFree", "ifree"},
    {"IFrei", "ifree"},
    {"ILibre", "ifree"},
    {"NLibres", "ifree"},
    {"IUse%", "iuse"},
    {"IUti%", "iuse"},
    {"NUso%", "iuse"},
};

// "1K-blocks", "1024-blocks", "1K-Blöcke", "bloques-1K", "blocs de 1K"
bool is_blocks(std::string_view word) {
  return word.find("-bl") != std::string_view::npos || word.find("-Bl") != std::string_view::npos ||
         word.starts_with("bloques") || word.starts_with("blocs");
}

// The keys of the columns between the file system and where it is mounted; empty where the line is no heading.
std::vector<std::string_view> heading(std::string_view line) {
  line = trim(line);
  const auto first = std::ranges::find_if(kFirst, [&](std::string_view each) { return line.starts_with(each); });
  const auto last = std::ranges::find_if(kLast, [&](std::string_view each) { return line.ends_with(each); });
  if (first == std::ranges::end(kFirst) || last == std::ranges::end(kLast)) return {};
  if (first->size() + last->size() >= line.size()) return {};
  line = line.substr(first->size(), line.size() - first->size() - last->size());
  std::vector<std::string_view> out;
  for (const std::string_view word : split_blanks(line)) {
    const auto at = std::ranges::find(kWords, word, &Word::word);
    if (at != std::ranges::end(kWords)) {
      out.push_back(at->key);
    } else if (is_blocks(word)) {
      out.push_back("blocks");
    } else if (word != "de" && word != "1K" && !word.starts_with("10")) {
      return {};
    }
  }
  return out.size() >= 3 && out.size() <= 12 ? out : std::vector<std::string_view>();
}

class Df : public ToolReader {
 public:
  explicit Df(Sink& sink) : ToolReader(sink, {"df"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty() || text.starts_with("df: ")) return;
    if (auto columns = heading(text); !columns.empty()) {
      columns_ = std::move(columns);
      wrapped_.clear();
      return;
    }
    if (columns_.empty()) return sink().problem(place, "a line before the heading");
    // A long name stands on a line of its own, where df is old or not asked for -P.
    if (wrapped_.empty() && split_blanks(text).size() == 1) {
      wrapped_ = std::string(trim(text).substr(0, 256));
      return;
    }
    if (wrapped_.empty()) return row(text, place);
    const std::string joined = fmt::format("{} {}", wrapped_, trim(text));
    wrapped_.clear();
    row(joined, place);
  }

  // The mount point is the rest of the line; a device's name may have blanks, so the figures are counted from the first
  // cell that ends with '%' or is "-" in its place.
  void row(std::string_view text, const Place& place) {
    const auto use = std::ranges::find_if(columns_, [](auto key) { return key == "use" || key == "iuse"; });
    const size_t use_at = use == columns_.end() ? columns_.size() : static_cast<size_t>(use - columns_.begin());
    const auto words = split_blanks(text);
    size_t shift = 0;
    if (use_at < columns_.size()) {
      while (use_at + 1 + shift < words.size() && !is_percent(words[use_at + 1 + shift])) ++shift;
      if (use_at + 1 + shift >= words.size()) shift = 0;
    }
    if (words.size() < columns_.size() + 2 + shift) return sink().problem(place, "a row with fewer cells than columns");
    if (++count_ > kMost) return sink().problem(place, "more file systems than a host has: the rest was left out");
    const std::string_view mount =
        trim(text.substr(static_cast<size_t>(words[columns_.size() + 1 + shift].data() - text.data())));
    const std::string_view device =
        text.substr(static_cast<size_t>(words[0].data() - text.data()),
                    static_cast<size_t>(words[shift].data() + words[shift].size() - words[0].data()));
    std::string value = fmt::format("{} {}", mount.substr(0, 256), device.substr(0, 256));
    for (size_t i = 0; i < columns_.size(); ++i)
      value += fmt::format(" {}={}", columns_[i], with_point(words[i + 1 + shift].substr(0, 64)));
    fact("df", value, place);
    if (use_at == columns_.size()) return;
    const std::string_view percent = words[use_at + 1 + shift];
    if (percent == "100%") fact("df.full", mount.substr(0, 256), place);
  }

  static bool is_percent(std::string_view word) { return word == "-" || word.ends_with('%'); }

  static constexpr size_t kMost = 20'000;
  std::vector<std::string_view> columns_;
  std::string wrapped_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"df"}, 20);
  for (size_t i = 0; i < tool.lines.size() && i < 5; ++i) {
    if (!heading(tool.lines[i]).empty()) return Claim::Certain;
    if (!tool.lines[i].starts_with("df: ")) return Claim::No;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Df>(sink); }

}  // namespace

extern const Decoder df_decoder;
const Decoder df_decoder{"df", "df: how full file systems are", sniff, open};

}  // namespace inquest::decode
