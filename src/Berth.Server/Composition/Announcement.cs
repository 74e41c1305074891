using Berth.Server.Auth;
using Berth.Server.Configuration;

namespace Berth.Server;

/// <summary>What the server says once it listens: one line a fact, for people and for programs that start it.</summary>
public static class Announcement
{
    /// <summary>Writes the addresses and, when no administrator's token is set, a one-time sign-in link.</summary>
    public static async Task WriteAsync(BerthServer server, TextWriter output)
    {
        var addresses = server.Addresses;
        await output.WriteLineAsync($"Berth {BerthVersion.Text}, data in {server.Settings.DataDirectory}");
        if (server.Settings.Role != BerthRole.Registry)
            await output.WriteLineAsync($"Host: {addresses.Host}");
        if (server.Settings.Role != BerthRole.Host)
            await output.WriteLineAsync($"Registry: {addresses.Registry}");
        if (server.Settings.AdminToken is null && server.Settings.Role != BerthRole.Registry)
        {
            var code = await server.Services.GetRequiredService<AdministratorSeed>().IssueSignInCodeAsync(CancellationToken.None);
            await output.WriteLineAsync($"Sign in once, within an hour: {addresses.Host}/signin/{code}");
        }

        if (server.Settings.SafeMode && server.Settings.Role != BerthRole.Registry)
            await output.WriteLineAsync("Safe mode: no plugin is loaded until an administrator ends it (berth instances safe-mode off).");
        if (!server.Settings.RateLimits)
            await output.WriteLineAsync("Rate limits are off.");
        await output.FlushAsync();
    }
}
