#include "vmcore/memory_search.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kBetweenReports = 1024;  // pages

class Searcher {
 public:
  Searcher(const SearchWish& wish, SearchResult& out) : wish_(wish), out_(out) {
    for (const std::string& text : wish.texts) longest_ = std::max(longest_, text.size());
  }

  // Bytes that a text may need from before the piece.
  size_t overlap() const { return longest_ > 0 ? longest_ - 1 : 0; }

  // `bytes` begin at `address`; of texts only those are told that end behind the first `seen` bytes, which were looked
  // at before. False where enough was found.
  bool look(uint64_t address, std::span<const std::byte> bytes, size_t seen) {
    if (!wish_.numbers.empty() && !numbers(address + seen, bytes.subspan(seen))) return false;
    return wish_.texts.empty() || texts(address, bytes, seen);
  }

 private:
  bool add(uint64_t address, size_t wish, uint64_t value) {
    if (out_.hits.size() >= wish_.most) {
      out_.ended_early = true;
      return false;
    }
    out_.hits.push_back({address, wish, value});
    return true;
  }

  template <typename T>
  bool numbers_of(uint64_t address, std::span<const std::byte> bytes) {
    const T mask = static_cast<T>(wish_.mask);
    for (size_t at = (sizeof(T) - address % sizeof(T)) % sizeof(T); at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
      T value{};
      std::memcpy(&value, bytes.data() + at, sizeof(T));
      for (size_t i = 0; i < wish_.numbers.size(); ++i) {
        if (((value ^ static_cast<T>(wish_.numbers[i])) & mask) == 0 && !add(address + at, i, value)) return false;
      }
    }
    return true;
  }

  bool numbers(uint64_t address, std::span<const std::byte> bytes) {
    if (wish_.width == 2) return numbers_of<uint16_t>(address, bytes);
    if (wish_.width == 4) return numbers_of<uint32_t>(address, bytes);
    return numbers_of<uint64_t>(address, bytes);
  }

  bool texts(uint64_t address, std::span<const std::byte> bytes, size_t seen) {
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (size_t i = 0; i < wish_.texts.size(); ++i) {
      const std::string& text = wish_.texts[i];
      for (size_t at = all.find(text); at != std::string_view::npos; at = all.find(text, at + 1)) {
        if (at + text.size() > seen && !add(address + at, wish_.numbers.size() + i, 0)) return false;
      }
    }
    return true;
  }

  const SearchWish& wish_;
  SearchResult& out_;
  size_t longest_ = 0;
};

}  // namespace

SearchResult search_physical(Kernel& kernel, const SearchWish& wish, const SearchProgress& progress) {
  SearchResult out;
  Searcher searcher(wish, out);
  PhysicalMemory& memory = kernel.dump().memory();
  std::vector<std::byte> piece;  // the end of the page before, where that is the one before, and the page
  uint64_t next = ~uint64_t{0};
  memory.scan([&](uint64_t pfn, std::span<const std::byte> page) {
    if (pfn != next) piece.clear();
    const size_t keep = std::min(piece.size(), searcher.overlap());
    piece.erase(piece.begin(), piece.end() - static_cast<std::ptrdiff_t>(keep));
    piece.insert(piece.end(), page.begin(), page.end());
    next = pfn + 1;
    if (++out.pages % kBetweenReports == 0) progress(out.pages * page.size());
    return searcher.look(pfn * page.size() - keep, piece, keep);
  });
  return out;
}

SearchResult search_range(Kernel& kernel, VirtAddr start, VirtAddr end, const SearchWish& wish,
                          const SearchProgress& progress) {
  SearchResult out;
  Searcher searcher(wish, out);
  const uint64_t page_size = kernel.dump().memory().page_size();
  std::vector<std::byte> page(page_size);
  std::vector<std::byte> piece;
  uint64_t looked = 0;
  for (VirtAddr at = start; at < end;) {
    if (++looked > SearchResult::kMostPages) {
      out.ended_early = true;
      break;
    }
    const uint64_t size = std::min(page_size - at.value % page_size, end - at);
    const std::span part = std::span(page).first(size);
    if (looked % kBetweenReports == 0) progress(at - start);
    if (!kernel.space().read(at, part)) {
      ++out.missing;
      piece.clear();
    } else {
      ++out.pages;
      const size_t keep = std::min(piece.size(), searcher.overlap());
      piece.erase(piece.begin(), piece.end() - static_cast<std::ptrdiff_t>(keep));
      piece.insert(piece.end(), part.begin(), part.end());
      if (!searcher.look(at.value - keep, piece, keep)) break;
    }
    if (at.value + size < at.value) break;  // the last page of all
    at = at + size;
  }
  return out;
}

std::optional<VirtAddr> kernel_address_of(Kernel& kernel, PhysAddr address) {
  AddressSpace& space = kernel.space();
  const auto is_it = [&](VirtAddr candidate) { return space.translate(candidate).value_or(PhysAddr{}) == address; };
  const auto start = kernel.symbol("_stext");
  const auto end = kernel.symbol("_end");
  if (start && end) {
    // The image lies in one piece.
    const auto physical = space.translate(*start);
    const VirtAddr candidate = *start + (address.value - physical.value_or(PhysAddr{}).value);
    if (physical && candidate >= *start && candidate < *end && is_it(candidate)) return candidate;
  }
  // x86-64: a variable where KASLR moves it, else where it always was, with four or five levels of page tables. arm64:
  // the lowest address of the kernel's half.
  std::vector<VirtAddr> candidates;
  if (const auto base = kernel.symbol("page_offset_base")) {
    candidates.push_back(VirtAddr{space.u64(*base).value_or(0)} + address.value);
  }
  candidates.push_back(VirtAddr{0xffff888000000000} + address.value);
  candidates.push_back(VirtAddr{0xff11000000000000} + address.value);
  const VmcoreInfo& info = kernel.dump().vmcoreinfo();
  const auto bits = info.number("VA_BITS");
  const auto first = info.number("PHYS_OFFSET");
  if (bits && first && *bits > 0 && *bits < 64) {
    candidates.push_back(VirtAddr{(~uint64_t{0} << *bits) + address.value - static_cast<uint64_t>(*first)});
  }
  const auto found = std::ranges::find_if(candidates, is_it);
  return found == candidates.end() ? std::nullopt : std::optional(*found);
}

}  // namespace inquest::vmcore
