using System.Globalization;
using System.Numerics;

namespace Berth.Server.Configuration;

/// <summary>Whole numbers of settings.</summary>
internal static class SettingNumber
{
    /// <summary>Reads one: digits alone, within bounds.</summary>
    /// <exception cref="BerthSettingsException">It is none, or outside.</exception>
    public static T Whole<T>(string name, string text, T least, T most)
        where T : IBinaryInteger<T> =>
        T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new BerthSettingsException(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a whole number from {least} to {most}."));
}
