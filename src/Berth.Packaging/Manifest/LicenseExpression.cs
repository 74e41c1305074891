namespace Berth.Packaging.Manifest;

/// <summary>
/// The grammar of SPDX licence expressions (SPDX 2.3 annex D). Identifiers are checked by their form only: the list of
/// licences grows every few months, and an unknown licence is the user's to judge.
/// </summary>
internal static class LicenseExpression
{
    public static bool IsValid(string text)
    {
        var words = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var open = 0;
        var expectsOperand = true;
        for (var i = 0; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "(" when expectsOperand:
                    open++;
                    break;
                case ")" when !expectsOperand && open > 0:
                    open--;
                    break;
                case "AND" or "OR" when !expectsOperand:
                    expectsOperand = true;
                    break;
                case "WITH" when !expectsOperand && IsId(words[i - 1].TrimEnd('+')) && i + 1 < words.Length && IsId(words[i + 1]):
                    i++;
                    // "A WITH B WITH C" is none: what follows must be an operator or a bracket.
                    if (i + 1 < words.Length && words[i + 1] is "WITH")
                    {
                        return false;
                    }

                    break;
                case var word when expectsOperand && IsLicense(word):
                    expectsOperand = false;
                    break;
                default:
                    return false;
            }
        }

        return open == 0 && !expectsOperand;
    }

    private static bool IsLicense(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            return IsReference(word[..colon], "DocumentRef-") && IsReference(word[(colon + 1)..], "LicenseRef-");
        }

        return word.EndsWith('+') ? IsId(word[..^1]) : IsId(word);
    }

    private static bool IsReference(string word, string prefix) =>
        word.StartsWith(prefix, StringComparison.Ordinal) && IsId(word[prefix.Length..]);

    private static bool IsId(string word) =>
        word.Length > 0 && word is not ("AND" or "OR" or "WITH") && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
}
