// SPDX-License-Identifier: Apache-2.0
// Key codes that ncurses 6 has no names for; above its own (KEY_MAX is 0777).
// Shared by the screen's two files. Constants.
#pragma once

namespace parley::terminal {

inline constexpr int kPasteBegin = 01001;
inline constexpr int kPasteEnd = 01002;
inline constexpr int kControlLeft = 01003;
inline constexpr int kControlRight = 01004;
inline constexpr int kControlUp = 01005;
inline constexpr int kControlDown = 01006;
inline constexpr int kAltUp = 01007;
inline constexpr int kAltDown = 01010;
inline constexpr int kFocusIn = 01011;
inline constexpr int kFocusOut = 01012;

}  // namespace parley::terminal
