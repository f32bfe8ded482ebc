#include "app/knowledge.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/message.h"

namespace inquest::app {
namespace {

bool is_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

}  // namespace

Result<Knowledge> Knowledge::load(std::span<const std::string> folders) {
  std::vector<std::string> all;
  if (is_folder(kHostRules)) all.emplace_back(kHostRules);
  for (const std::string& folder : folders) {
    if (!is_folder(folder)) return fail(ErrorCode::NotFound, fmt::format("there is no folder {}", folder));
    all.push_back(folder);
  }
  Knowledge out;
  if (!all.empty()) {
    rules::Loaded loaded = rules::KnowledgeBase::with(all);
    for (const Error& fault : loaded.faults) complain(fault.text());
    if (!loaded.faults.empty()) complain("rules with faults are left out; `inquest rules check` tells the same");
    out.own_ = std::make_unique<rules::KnowledgeBase>(std::move(loaded.base));
  }
  auto matcher = rules::Matcher::of(out.base());
  if (!matcher) return fail(matcher.error());
  out.matcher_ = std::make_unique<rules::Matcher>(std::move(*matcher));
  return out;
}

}  // namespace inquest::app
