namespace Berth.Cli.Http;

/// <summary>What a server says about itself at <c>/api/v1</c>.</summary>
/// <param name="Kind"><c>host</c> or <c>registry</c>.</param>
/// <param name="Version">The server's version.</param>
/// <param name="Registry">Where the registry of a host is.</param>
internal sealed record ServiceIndex(string? Kind, string? Name, string? Version, string? Registry);
