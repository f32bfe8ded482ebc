#include "decode/csv_row.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace inquest::decode {
namespace {

// The quote that closes a field, or the end of the text; `doubled` is set where quotes within stand for themselves.
const char* closing_quote(const char* at, const char* end, char separator, bool& doubled) {
  for (;;) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<size_t>(end - at)));
    if (at == nullptr) return end;
    if (at + 1 == end || at[1] == separator) return at;
    if (at[1] == '"') {
      doubled = true;
      ++at;
    }
    ++at;
    if (at == end) return end;
  }
}

}  // namespace

void CsvRow::push(const char* begin, const char* end) {
  if (count_ == fields_.size()) fields_.resize(std::max<size_t>(32, count_ * 2));
  fields_[count_++] = {begin, static_cast<size_t>(end - begin)};
}

CsvRow::State CsvRow::split(std::string_view text) {
  count_ = 0;
  quoted_ = false;
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* field = at;
#ifdef __SSE2__
  const __m128i separators = _mm_set1_epi8(separator_);
  const __m128i quotes = _mm_set1_epi8('"');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)) != 0) return split_quoted(text);
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, separators)));
    for (; found != 0; found &= found - 1) {
      const char* stop = at + std::countr_zero(found);
      if (count_ == kMostFields - 1) return split_quoted(text);
      push(field, stop);
      field = stop + 1;
    }
  }
#endif
  for (; at != end; ++at) {
    if (*at == '"') return split_quoted(text);
    if (*at != separator_) continue;
    if (count_ == kMostFields - 1) return split_quoted(text);
    push(field, at);
    field = at + 1;
  }
  push(field, end);
  return State::Whole;
}

// Also takes what the fast way gives up on: rows with a great many fields.
CsvRow::State CsvRow::split_quoted(std::string_view text) {
  count_ = 0;
  quoted_ = true;
  unquoted_.clear();
  unquoted_.reserve(text.size());  // so that views into it stay valid
  const char* at = text.data();
  const char* const end = at + text.size();
  while (count_ < kMostFields - 1) {
    if (at == end || *at != '"') {
      const char* stop = std::find(at, end, separator_);
      push(at, stop);
      if (stop == end) return State::Whole;
      at = stop + 1;
      continue;
    }
    bool doubled = false;
    const char* begin = at + 1;
    const char* stop = closing_quote(begin, end, separator_, doubled);
    if (doubled) {
      const size_t from = unquoted_.size();
      for (const char* c = begin; c < stop; ++c) {
        unquoted_ += *c;
        if (*c == '"' && c + 1 < stop && c[1] == '"') ++c;
      }
      push(unquoted_.data() + from, unquoted_.data() + unquoted_.size());
    } else {
      push(begin, stop);
    }
    if (stop == end) return State::Open;
    if (stop + 1 == end) return State::Whole;
    at = stop + 2;
  }
  push(at, end);
  return State::Whole;
}

bool CsvRow::still_open(std::string_view text) const {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (bool within = true;;) {
    if (within) {
      bool doubled = false;
      at = closing_quote(at, end, separator_, doubled);
      if (at == end) return true;
      ++at;
    } else {
      at = std::find(at, end, separator_);
    }
    if (at == end) return false;
    ++at;
    within = at != end && *at == '"';
    if (within) ++at;
  }
}

}  // namespace inquest::decode
