using Berth.Cli.Output;
using Berth.Cli.Profiles;

namespace Berth.Cli.Http;

/// <summary>Finds the registry: a host's index names it, a registry is its own.</summary>
internal static class RegistryAddress
{
    /// <summary>Asks the server.</summary>
    /// <exception cref="CommandFailedException">It is neither a host with a registry nor a registry.</exception>
    public static async Task<Uri> FindAsync(ApiConnection server, CancellationToken cancellationToken)
    {
        var index = await server.GetAsync<ServiceIndex>("/api/v1", cancellationToken);
        return index switch
        {
            { Kind: "registry" } => server.Server,
            { Registry: { Length: > 0 } registry } => Session.Address(registry),
            _ => throw new CommandFailedException(
                ExitCode.NotFound, "client.registry.unknown", $"{server.Address} names no registry.",
                "Name the registry itself with --server."),
        };
    }
}
