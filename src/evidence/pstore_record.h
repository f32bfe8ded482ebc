// Compressed records of pstore, which have no signature: they are known by what they hold.
#pragma once

#include <string_view>

namespace inquest::evidence {

// What the kernel's efivarfs puts in front of a variable: its attributes, EFI_VARIABLE_NON_VOLATILE |
// BOOTSERVICE_ACCESS | RUNTIME_ACCESS, little endian (UEFI 2.10, section 8.2), which are those of each record
// (efi-pstore.c).
inline constexpr std::string_view kEfiAttributes{"\x07\0\0\0", 4};

// Whether `head` begins deflated data, bare or zlib's, that holds a record: "Panic#1 Part1\n..." (fs/pstore/platform.c,
// pstore_dump(); zlib's header before commit cb3bee0369bc ("pstore: Use crypto compress API"), v4.18, bare since).
// The attributes of an EFI variable may stand in front.
bool is_compressed_pstore_record(std::string_view head);

// Whether `head` begins the note that ramoops puts behind a record about its error correction (fs/pstore/ram_core.c,
// persistent_ram_ecc_string()): "\nECC: No errors detected\n", without "ECC: " before v5.2.
bool is_ecc_note(std::string_view head);

}  // namespace inquest::evidence
