using System.Security.Cryptography;
using System.Text;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>The ids of the old system: users with dashes or without, plugins as <c>{user_id}_{slug}</c>.</summary>
internal static class OldIds
{
    /// <summary>The form in which two spellings of one user's id are the same: an id of 32 digits without dashes in lower case, any other as it is.</summary>
    public static string UserKey(string id) => IsDigits(Plain(id)) ? Plain(id) : id;

    /// <summary>The user's id in Berth: 32 lower-case hexadecimal digits.</summary>
    public static string NewUserId(string id) =>
        IsDigits(Plain(id)) ? Plain(id) : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

    /// <summary>Whether a folder's name can only be a user's id.</summary>
    public static bool LooksLikeUserId(string name) => IsDigits(Plain(name)) && name.Length is 32 or 36;

    /// <summary>What follows the user in an id of the form <c>{user_id}_{rest}</c>; the user is compared in either spelling.</summary>
    public static string? After(string id, string userId)
    {
        for (var split = id.IndexOf('_', StringComparison.Ordinal); split > 0; split = id.IndexOf('_', split + 1))
        {
            if (string.Equals(UserKey(id[..split]), UserKey(userId), StringComparison.Ordinal))
                return id[(split + 1)..];
        }

        return null;
    }

    private static string Plain(string id) => id.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool IsDigits(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
