using Berth.Data;
using Berth.Host;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Where things lie. Paths are constructed here from validated names and never stored, so no row, record or request can
/// point outside the plugins folder.
/// </summary>
internal sealed class StorePaths(string pluginsDirectory)
{
    private readonly string _root = Path.GetFullPath(pluginsDirectory);

    public string Shared => Path.Combine(_root, "shared");

    public string Users => Path.Combine(_root, "users");

    public string Cache => Path.Combine(_root, "cache");

    /// <summary>The keys whose signatures count.</summary>
    public string Keys => Path.Combine(_root, "cache", "keys.json");

    public string Staging => Path.Combine(_root, "cache", "temp");

    public string Plugin(string slug) => Path.Combine(Shared, Checked(slug));

    public string Version(PluginVersionId id) => Path.Combine(Plugin(id.Slug), "v" + CheckedVersion(id.Version));

    /// <summary>An underscore cannot occur in a version, so no version's folder is ever taken for another one's index.</summary>
    public string Index(PluginVersionId id) => Version(id) + "_index";

    public string Metadata(string slug) => Path.Combine(Plugin(slug), "metadata.json");

    public string UserRecord(string userId) =>
        IsUserId(userId)
            ? Path.Combine(Users, "user_" + userId, "installed_plugins.json")
            : throw new ArgumentException("A user id is 32 lower-case hexadecimal digits.", nameof(userId));

    /// <summary>
    /// Closes all but the versions to other users of the machine: who has installed what, and the locks, which whoever can read
    /// them could hold. Nothing where the folder cannot be written to: there nothing will be.
    /// </summary>
    public void KeepOthersOut()
    {
        try
        {
            PrivateFiles.KeepFolder(Users);
            PrivateFiles.KeepFolder(Cache);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Told by the first operation that needs it.
        }
    }

    /// <summary>Whether slug and version may be part of a path.</summary>
    public static bool AreNames(string slug, string version) =>
        IsSlug(slug) && SemanticVersion.TryParse(version, out var parsed) && string.Equals(parsed.ToString(), version, StringComparison.Ordinal);

    /// <summary>The contract's rule: <c>^[A-Za-z][A-Za-z0-9._-]{1,63}$</c>.</summary>
    public static bool IsSlug(string slug)
    {
        if (slug.Length is < 2 or > 64 || !char.IsAsciiLetter(slug[0]))
            return false;
        foreach (var c in slug)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return false;
        }

        return true;
    }

    public static bool IsUserId(string userId)
    {
        if (userId.Length != 32)
            return false;
        foreach (var c in userId)
        {
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        }

        return true;
    }

    private static string Checked(string slug) =>
        IsSlug(slug) ? slug : throw new ArgumentException("This is no slug.", nameof(slug));

    private static string CheckedVersion(string version) =>
        SemanticVersion.TryParse(version, out _) ? version : throw new ArgumentException("This is no version.", nameof(version));
}
