using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Settings;

/// <summary>What must hold of settings as text before anybody looks at their members: bounded, and Unicode.</summary>
internal static class SettingsText
{
    public static bool IsReadable(JsonElement settings, SettingsFaults faults)
    {
        var utf8 = Encoding.UTF8.GetBytes(settings.GetRawText());
        if (utf8.Length > SettingsSchema.MaxBytes)
        {
            faults.Add(SettingsFaultCodes.Size, "", $"The settings have {utf8.Length} bytes; {SettingsSchema.MaxBytes} are allowed. Send less.");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = SettingsSchema.MaxDepth });
            while (reader.Read())
            {
                // GetString refuses lone surrogates, which the reader itself lets through.
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (JsonException)
        {
            faults.Add(SettingsFaultCodes.Size, "", $"The settings are nested more than {SettingsSchema.MaxDepth} levels deep. Flatten them.");
        }
        catch (InvalidOperationException)
        {
            faults.Add(SettingsFaultCodes.Unicode, "", "A text in the settings is not valid Unicode. Write surrogates in pairs.");
        }

        return false;
    }
}
