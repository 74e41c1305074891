using Berth.Cli.Output;

namespace Berth.Cli.Profiles;

/// <summary>What is in force for one command, from its options, the environment and the profile, in this order.</summary>
/// <param name="ProfileName">The profile's name.</param>
/// <param name="Server">The host's address.</param>
/// <param name="Token">The token to send, if there is one for this server.</param>
/// <param name="Stored">The profile's stored token, whatever server it belongs to.</param>
internal sealed record Session(string ProfileName, Uri Server, string? Token, Credential? Stored)
{
    /// <summary>The host's address as text, without a closing slash.</summary>
    public string ServerText => Server.AbsoluteUri.TrimEnd('/');

    /// <summary>Where a server listens that was started without arguments.</summary>
    public const string DefaultServer = "http://localhost:4001";

    /// <summary>Puts it together.</summary>
    /// <exception cref="CommandFailedException">An address is none, or the named profile does not exist.</exception>
    public static Session Open(ProfileStore store, Func<string, string?> variable, string? profileOption, string? serverOption, bool mayBeNew = false)
    {
        var config = store.ReadConfig();
        var asked = profileOption ?? variable("BERTH_PROFILE");
        var name = asked ?? config.Profile;
        if (asked is not null && !mayBeNew && !config.Profiles.ContainsKey(asked))
        {
            throw new CommandFailedException(
                ExitCode.NotFound, "client.profile.unknown", $"There is no profile \"{asked}\" in {store.ConfigFile}.",
                $"Make it with `berth login --profile {asked} --server URL`.");
        }

        var server = Address(serverOption ?? variable("BERTH_SERVER") ?? config.Profiles.GetValueOrDefault(name)?.Server ?? DefaultServer);
        var stored = store.ReadCredentials().Tokens.GetValueOrDefault(name);
        // A stored token is shown to the server that gave it and to no other, however the command was aimed.
        var token = variable("BERTH_TOKEN") ?? (stored is not null && SameServer(stored.Server, server) ? stored.Token : null);
        return new Session(name, server, token, stored);
    }

    /// <summary>Reads a server's address: http or https, a path is kept, a closing slash is not.</summary>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/'))
            : throw new CommandFailedException(
                ExitCode.Usage, "client.server.invalid", $"\"{text}\" is not the address of a server.", $"Write it as {DefaultServer}.");

    private static bool SameServer(string stored, Uri server) => Uri.TryCreate(stored, UriKind.Absolute, out var address)
        && Uri.Compare(address, server, UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
