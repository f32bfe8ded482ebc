#include "journal/pattern.h"

#include <algorithm>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <fmt/format.h>

namespace inquest::journal {

struct Pattern::Code {
  pcre2_code* code = nullptr;
  pcre2_match_data* data = nullptr;
  ~Code() {
    pcre2_match_data_free(data);
    pcre2_code_free(code);
  }
};

Result<Pattern> Pattern::compile(const std::string& pattern) {
  const bool upper = std::ranges::any_of(pattern, [](char c) { return c >= 'A' && c <= 'Z'; });
  int error = 0;
  PCRE2_SIZE at = 0;
  auto made = std::make_unique<Code>();
  made->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), upper ? 0 : PCRE2_CASELESS,
                             &error, &at, nullptr);
  if (made->code == nullptr) {
    unsigned char text[256] = {};
    pcre2_get_error_message(error, text, sizeof(text));
    return fail(ErrorCode::Malformed, fmt::format("bad pattern \"{}\": {}, at character {}", pattern,
                                                  reinterpret_cast<const char*>(text), at + 1));
  }
  // Without a compiler for this machine, the pattern is interpreted.
  (void)pcre2_jit_compile(made->code, PCRE2_JIT_COMPLETE);
  made->data = pcre2_match_data_create(1, nullptr);
  if (made->data == nullptr) return fail(ErrorCode::Failed, "no memory for a pattern");
  return Pattern(std::move(made));
}

Pattern::Pattern(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::matches(std::string_view text) {
  const auto* const from = reinterpret_cast<PCRE2_SPTR>(text.data());
  int found = pcre2_match(code_->code, from, text.size(), 0, 0, code_->data, nullptr);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
    found = pcre2_match(code_->code, from, text.size(), 0, PCRE2_NO_JIT, code_->data, nullptr);
  }
  return found >= 0;
}

}  // namespace inquest::journal
