#include "app/crash_signatures.h"

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/signature.h"

namespace inquest::app {

Result<ForeignSignatures> ForeignSignatures::parse(std::string_view names) {
  ForeignSignatures wanted;
  while (!names.empty()) {
    const size_t comma = names.find(',');
    const std::string_view name = trim(names.substr(0, comma));
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
    if (name == "chromeos") {
      wanted.chromeos = true;
    } else if (name == "abrt") {
      wanted.abrt = true;
    } else {
      return fail(ErrorCode::NotFound,
                  fmt::format("there are no signatures of \"{}\"; there are chromeos and abrt", printable(name)));
    }
  }
  return wanted;
}

std::vector<std::pair<std::string_view, std::string>> ForeignSignatures::of(const crashtext::Report& report) const {
  std::vector<std::pair<std::string_view, std::string>> out;
  const bool traced = !report.anatomy.frames().empty();
  if (chromeos) {
    out.emplace_back("chromeos", traced ? crashtext::chromeos_signature(report.stamped, report.anatomy.arch) : "");
  }
  if (abrt) out.emplace_back("abrt", crashtext::abrt_signature(report.anatomy.frames()));
  return out;
}

}  // namespace inquest::app
