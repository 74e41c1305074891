using System.Text.Json;

namespace Hostile;

/// <summary>What there is to be attacked. An attacker would have to find it; the tests tell, so that each attack is tried at its best.</summary>
public sealed record Target
{
    public int LoopbackPort { get; init; }

    public int MetadataPort { get; init; }

    public int NamesPort { get; init; }

    public string AbstractSocket { get; init; } = "";

    /// <summary>A file of the host that is for the host alone.</summary>
    public string Database { get; init; } = "";

    /// <summary>A folder of the host with files that must survive.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>A file that another plugin wrote into its own temporary folder.</summary>
    public string NeighbourFile { get; init; } = "";

    /// <summary>The folder of another plugin in the shared store.</summary>
    public string NeighbourFolder { get; init; } = "";

    public int NeighbourProcess { get; init; }

    public int HostProcess { get; init; }

    /// <summary>Where in the host's memory the secret lies.</summary>
    public long SecretAddress { get; init; }

    /// <summary>The secret: in the host's memory and environment, the database, the neighbour's file.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The sockets on which other workers hear.</summary>
    public IReadOnlyList<string> WorkerSockets { get; init; } = [];

    public string Broker { get; init; } = "";

    /// <summary>The socket of the proxy through which the neighbour reaches what it may.</summary>
    public string NeighbourProxy { get; init; } = "";

    /// <summary>The secret of the neighbour's worker.</summary>
    public string NeighbourToken { get; init; } = "";

    /// <summary>Folders that everybody on the machine may write to.</summary>
    public IReadOnlyList<string> SharedFolders { get; init; } = [];

    /// <summary>The shared store of plugins' files.</summary>
    public string Store { get; init; } = "";

    /// <summary>The folder of a plugin in the store.</summary>
    public string FolderOf(string slug) => Path.Combine(Store, slug, "1.0.0");

    public static Target Read(HttpContext context) => JsonSerializer.Deserialize<Target>(Convert.FromBase64String(context.Request.Query["target"].ToString()))!;
}
