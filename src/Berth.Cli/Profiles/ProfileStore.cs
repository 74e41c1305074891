using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Cli.Output;

namespace Berth.Cli.Profiles;

/// <summary>
/// Profiles and tokens of this machine's user: <c>$XDG_CONFIG_HOME/berth/config.json</c> and, apart from it and with mode 0600,
/// <c>credentials.json</c> (XDG Base Directory Specification 0.8).
/// </summary>
internal sealed class ProfileStore(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Where the tokens are.</summary>
    public string CredentialsFile { get; } = Path.Combine(folder, "credentials.json");

    /// <summary>Where the profiles are.</summary>
    public string ConfigFile { get; } = Path.Combine(folder, "config.json");

    /// <summary>The store of the environment.</summary>
    public static ProfileStore Of(Func<string, string?> variable)
    {
        // The specification says that a relative path is invalid and to be ignored.
        var home = variable("XDG_CONFIG_HOME") is { } set && Path.IsPathRooted(set)
            ? set
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
                : Path.Combine(variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return new ProfileStore(Path.Combine(home, "berth"));
    }

    /// <summary>Reads the profiles; none when there is no file.</summary>
    public ProfileConfig ReadConfig() => Read<ProfileConfig>(ConfigFile) ?? new ProfileConfig();

    /// <summary>Reads the tokens; none when there is no file.</summary>
    public Credentials ReadCredentials() => Read<Credentials>(CredentialsFile) ?? new Credentials();

    /// <summary>Keeps a token and its server under a profile's name.</summary>
    public Task SignInAsync(string profile, Credential credential, CancellationToken cancellationToken) => ChangeAsync(
        (config, credentials) =>
        {
            config.Profiles[profile] = new Profile(credential.Server);
            credentials.Tokens[profile] = credential;
        },
        cancellationToken);

    /// <summary>Forgets a profile's token; the profile stays.</summary>
    public Task SignOutAsync(string profile, CancellationToken cancellationToken) =>
        ChangeAsync((_, credentials) => credentials.Tokens.Remove(profile), cancellationToken);

    private async Task ChangeAsync(Action<ProfileConfig, Credentials> change, CancellationToken cancellationToken)
    {
        try
        {
            PrivateFile.CreateFolder(folder);
            using var held = await PrivateFile.LockAsync(Path.Combine(folder, ".lock"), cancellationToken);
            var (config, credentials) = (ReadConfig(), ReadCredentials());
            change(config, credentials);
            // The token first: a profile without its token asks to sign in, a token without its profile is only unused.
            PrivateFile.Replace(CredentialsFile, JsonSerializer.SerializeToUtf8Bytes(credentials, Json));
            PrivateFile.Replace(ConfigFile, JsonSerializer.SerializeToUtf8Bytes(config, Json));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.profile.unwritable", $"The profile in {folder} cannot be written: {problem.Message}",
                "Check the folder's owner and free space, or choose another with XDG_CONFIG_HOME.", inner: problem);
        }
    }

    private static T? Read<T>(string file)
        where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), Json) : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.profile.unreadable", $"{file} cannot be read: {problem.Message}",
                "Repair it or remove it, then sign in again with `berth login`.", inner: problem);
        }
    }
}
