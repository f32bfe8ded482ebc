#include "crashtext/rust_name.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(RustName, IsReadByTheGrammarOfTheScheme) {
  struct Case {
    std::string_view name;
    std::string_view expected;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"_RNvC6acme_34main", "acme_3::main"},
      {"_RNvNtCs1234_4core9panicking9panic_fmt", "core::panicking::panic_fmt"},
      {"_RNvCs1234_7___rustc17rust_begin_unwind", "__rustc::rust_begin_unwind"},
      {"_RNvXs1_CsAbC_4acmeNtB5_4DiskNtNtCs9Z_6kernel5block6Driver5probe",
       "<acme::Disk as kernel::block::Driver>::probe"},
      {"_RNvMCs1_4acmeNtB2_4Disk4read", "<acme::Disk>::read"},
      {"_RINvCs1_4acme4copyhE", "acme::copy::<u8>"},
      {"_RINvNtC3std3mem8align_ofNtNtC3std3mem12DiscriminantE", "std::mem::align_of::<std::mem::Discriminant>"},
      {"_RNCNvCs1_4acme4main0B3_", "acme::main::{closure#0}"},
      {"_RNCNvCs1_4acme4mains_0B3_", "acme::main::{closure#1}"},
      {"_RINvC4acme1fRhQjPxOlTmEThtEShAtj8_E",
       "acme::f::<&u8, &mut usize, *const i64, *mut i32, (u32,), (u8, u16), [u8], [u16; 8]>"},
      {"_RINvC4acme1fFhEuFUKCjEhE", "acme::f::<fn(u8), unsafe extern \"C\" fn(usize) -> u8>"},
      {"_RINvC4acme1fDNtC4core4SendEL_Kb1_Kln2a_Kc41_E", "acme::f::<dyn core::Send, true, -42, 'A'>"},
      {"_RNvC4acme4main.llvm.1234", "acme::main"},
  });
  for (const Case& c : kCases) EXPECT_EQ(demangle_rust(c.name).value_or("none"), c.expected) << c.name;
}

TEST(RustName, IsNothingElse) {
  for (const std::string_view name : {"", "_R", "_RAX", "_RETRY", "_REGISTER_LOOPER", "_RNvC99acme4main", "_RNvC4acme",
                                      "_RNvC4acmeu3abc", "_ZN4acme4mainE", "_R1NvC4acme4main", "_RNvC4acme4main?",
                                      "_RB_", "_RNvB_4main", "_RINvC4acme1fBzzzzzzzzzzzzzzz_E"}) {
    EXPECT_FALSE(demangle_rust(name)) << name;
  }
}

TEST(RustName, HasAnEnd) {
  std::string deep = "_R";
  for (int i = 0; i < 10'000; ++i) deep += 'M';
  EXPECT_FALSE(demangle_rust(deep));
  // Each tuple holds the one before it twice.
  std::string wide = "_RINvC1a1fTuE";
  size_t last = std::string_view("INvC1a1f").size();
  for (int i = 0; i < 40; ++i) {
    const size_t here = wide.size() - 2;
    const std::string place(
        1, static_cast<char>(last <= 10 ? '0' + static_cast<int>(last) - 1 : 'a' + static_cast<int>(last) - 11));
    wide += "TB" + place + "_B" + place + "_E";
    last = here;
    if (last > 36) break;
  }
  wide += 'E';
  EXPECT_LE(demangle_rust(wide).value_or("").size(), 600U);
}

}  // namespace
}  // namespace inquest::crashtext
