namespace Berth.Server.Configuration;

/// <summary>Where host and registry can be reached, known once both listen (a port of 0 is chosen then).</summary>
public sealed class BerthAddresses
{
    /// <summary>The host's first address, without a slash at its end.</summary>
    public string? Host { get; set; }

    /// <summary>The registry's first address, without a slash at its end.</summary>
    public string? Registry { get; set; }
}
