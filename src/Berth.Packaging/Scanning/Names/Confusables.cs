using System.Text;

namespace Berth.Packaging.Scanning.Names;

/// <summary>
/// Letters that look like others (the idea of UTS #39's skeleton, for what slugs, display names and identifiers hold): digits and
/// letters of the Latin script that resemble each other, and Cyrillic, Greek and full-width letters that resemble Latin ones.
/// </summary>
internal static class Confusables
{
    // A letter, then what it looks like.
    private const string Cyrillic = "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd һh ӏl ԛq ԝw ѵv АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS";
    private const string Greek = "αa βb εe ιi κk νv οo ρp τt υu χx γy ωw ηn ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX";
    private const string Latin = "0o 1l |l !l 5s $s @a ıi ɡg ɩi ſs øo ðd þp ßb àa áa âa ãa äa åa āa ăa ąa çc ćc čc ďd èe ée êe ëe ēe ęe ěe ğg ìi íi îi ïi īi łl ñn ńn ňn òo óo ôo õo öo ōo őo řr śs şs šs țt ťt ùu úu ûu üu ūu ůu űu ýy ÿy źz żz žz";
    private static readonly Dictionary<char, char> Table = Pairs($"{Cyrillic} {Greek} {Latin}");

    /// <summary>What a name looks like: two names with the same skeleton can be taken for each other.</summary>
    public static string Skeleton(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var character = rune.IsBmp ? (char)rune.Value : '\uFFFD';
            if (character is >= '\uFF01' and <= '\uFF5E')
                character = (char)(character - 0xFEE0);
            if (IsInvisible(rune))
                continue;
            var lower = char.ToLowerInvariant(Table.GetValueOrDefault(character, character));
            text.Append(Table.GetValueOrDefault(lower, lower) is 'i' ? 'l' : char.ToLowerInvariant(Table.GetValueOrDefault(lower, lower)));
        }

        // rn looks like m, vv like w; separators say nothing.
        return text.Replace("rn", "m").Replace("vv", "w").Replace("cl", "d").ToString();
    }

    /// <summary>Whether a word has letters of Latin and of Cyrillic or Greek, or of the latter two.</summary>
    public static bool IsMixed(ReadOnlySpan<char> word)
    {
        int latin = 0, cyrillic = 0, greek = 0;
        foreach (var character in word)
        {
            latin |= char.IsAsciiLetter(character) || character is >= '\u00C0' and <= '\u024F' ? 1 : 0;
            cyrillic |= character is >= '\u0400' and <= '\u052F' ? 1 : 0;
            // Single Greek letters are names in formulas (Δx, µs): only letters that look Latin count.
            greek |= character is >= '\u0370' and <= '\u03FF' && Table.ContainsKey(character) ? 1 : 0;
        }

        return latin + cyrillic + greek > 1;
    }

    /// <summary>Whether a character takes no room or changes the direction.</summary>
    public static bool IsInvisible(Rune rune) =>
        rune.Value is 0xAD or 0x34F or 0x61C or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180E) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    private static Dictionary<char, char> Pairs(string pairs) => pairs.Split(' ').ToDictionary(pair => pair[0], pair => pair[1]);
}
