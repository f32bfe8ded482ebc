#include "journal/unit_names.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fnmatch.h>

#include "journal/scan.h"

namespace inquest::journal {
namespace {

constexpr size_t kMostUnits = 1024;
// The fields in which add_unit() looks.
constexpr std::array<std::string_view, 5> kFields = {"_SYSTEMD_UNIT", "COREDUMP_UNIT", "UNIT", "OBJECT_SYSTEMD_UNIT",
                                                     "_SYSTEMD_SLICE"};

class Collector {
 public:
  Collector(const std::string& pattern, std::set<std::string>& found) : pattern_(pattern), found_(found) {}

  void look_at(JournalFile& file, const Data& data) {
    const auto payload = file.payload(data, scratch_, 512);
    if (!payload) return;
    for (const std::string_view field : kFields) {
      if (payload->size() <= field.size() || (*payload)[field.size()] != '=' || !payload->starts_with(field)) continue;
      const std::string unit(payload->substr(field.size() + 1));
      if (found_.size() < kMostUnits && ::fnmatch(pattern_.c_str(), unit.c_str(), FNM_NOESCAPE) == 0)
        found_.insert(unit);
    }
  }

 private:
  const std::string& pattern_;
  std::set<std::string>& found_;
  std::string scratch_;
};

bool by_index(JournalFile& file, Collector& collector) {
  for (const std::string_view field : kFields) {
    uint64_t last = UINT64_MAX;
    for (uint64_t at = file.first_data_of(field); at != 0;) {
      file.image().relax();
      const auto data = at < last ? file.data(at) : std::nullopt;
      if (!data) {
        file.note_damage("the list of a field's values is broken", at);
        return false;
      }
      collector.look_at(file, *data);
      last = at;
      at = data->next_in_field;
    }
  }
  return !file.damaged();
}

void by_scan(JournalFile& file, Collector& collector) {
  Scanner scanner(file.image(), file.layout(), 0);
  for (FoundObject object; scanner.next(object);) {
    file.image().relax();
    if (object.type != ObjectType::Data) continue;
    if (const auto data = file.data(object.offset)) collector.look_at(file, *data);
  }
}

}  // namespace

std::string full_unit_name(const std::string& name) {
  static constexpr std::array<std::string_view, 11> kTypes = {".service",   ".socket", ".device", ".mount",
                                                              ".automount", ".swap",   ".target", ".timer",
                                                              ".path",      ".slice",  ".scope"};
  const bool typed = std::ranges::any_of(kTypes, [&](std::string_view type) { return name.ends_with(type); });
  return typed ? name : name + ".service";
}

std::vector<std::string> find_units(std::span<const std::unique_ptr<JournalFile>> files, const std::string& name) {
  const bool glob = name.find_first_of("*?[") != std::string::npos;
  if (!glob) return {full_unit_name(name)};
  std::set<std::string> found;
  Collector collector(name, found);  // a glob names its type itself
  for (const auto& file : files) {
    if (file->damaged() || !by_index(*file, collector)) by_scan(*file, collector);
  }
  return {found.begin(), found.end()};
}

}  // namespace inquest::journal
