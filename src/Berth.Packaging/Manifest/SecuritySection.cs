using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>security</c>. All of it is a request or a hint.</summary>
internal static class SecuritySection
{
    // A list that a person is to read before they grant it.
    private const int MostHosts = 64;

    public static SecurityManifest Read(ManifestObject? security)
    {
        if (security is null)
        {
            return new SecurityManifest();
        }

        var read = new SecurityManifest
        {
            // Nobody asks to be quarantined: that level is decided, not requested.
            TrustLevel = security.Choice("trustLevel", "internal", "verified", "community", "untrusted"),
            Capabilities = ReadCapabilities(security),
            NetworkHosts = ReadNetwork(security.Object("network")),
            Sandbox = ReadSandbox(security.Object("sandbox")),
            Checksum = security.Text("checksum", 1024, ManifestText.IsSha256, ManifestFaultCodes.Checksum, "Write 64 hexadecimal digits, the SHA-256 of the file list without plugin.json, or leave it out."),
            Signature = ReadSignature(security),
        };
        security.RefuseUnknown();
        return read;
    }

    private static IReadOnlyList<string> ReadCapabilities(ManifestObject security)
    {
        var capabilities = security.Texts("capabilities", 128, distinct: true);
        for (var i = 0; i < capabilities.Count; i++)
        {
            if (!Berth.Capabilities.IsKnown(capabilities[i]))
            {
                security.Faults.Add(
                    ManifestFaultCodes.Capability,
                    $"{security.PointerTo("capabilities")}/{i}",
                    $"There is no capability {ManifestFaults.Quote(capabilities[i])}. Write a category and a name, for example {Berth.Capabilities.HttpClient}.");
            }
        }

        return capabilities;
    }

    private static List<HostPattern> ReadNetwork(ManifestObject? network)
    {
        if (network is null)
        {
            return [];
        }

        var texts = network.Texts("hosts", 260, distinct: true);
        network.RefuseUnknown();
        var hosts = new List<HostPattern>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (HostPattern.TryParse(texts[i], out var host))
            {
                hosts.Add(host!);
            }
            else
            {
                network.Faults.Add(
                    ManifestFaultCodes.NetworkHost, $"{network.PointerTo("hosts")}/{i}",
                    $"{ManifestFaults.Quote(texts[i])} is no host to connect to. {HostPattern.Advice} Lower case; other alphabets as xn--….");
            }
        }

        // An empty list would be read as "nobody" by some and as "everybody" by others.
        if (network.Find("hosts") is not { } list)
        {
            network.Missing("hosts");
        }
        else if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 0)
        {
            network.Fault(ManifestFaultCodes.NetworkHost, "hosts", "'hosts' names no host. Name those the plugin connects to, or remove 'network': then it asks for any public host.");
        }
        else if (texts.Count > MostHosts)
        {
            network.Fault(ManifestFaultCodes.ListLength, "hosts", $"'hosts' has {texts.Count} items; {MostHosts} are allowed.");
        }

        return hosts;
    }

    private static SandboxManifest? ReadSandbox(ManifestObject? sandbox)
    {
        if (sandbox is null)
        {
            return null;
        }

        // Who writes the member asks for a sandbox, unless it says otherwise.
        var read = new SandboxManifest(
            sandbox.Flag("enabled") ?? true,
            sandbox.Choice("isolationLevel", "none", "process", "sandbox", "container", "vm"),
            ReadLimits(sandbox.Object("resourceLimits")));
        sandbox.RefuseUnknown();
        return read;
    }

    private static ResourceLimitsManifest? ReadLimits(ManifestObject? limits)
    {
        if (limits is null)
        {
            return null;
        }

        var read = new ResourceLimitsManifest(
            Quantity.Bytes(limits, "maxMemory"),
            Quantity.Percent(limits, "maxCPU"),
            Quantity.Bytes(limits, "maxFileSize"),
            Quantity.BytesPerSecond(limits, "maxNetworkBandwidth"),
            Quantity.Milliseconds(limits, "maxExecutionTime"));
        limits.RefuseUnknown();
        return read;
    }

    private static string? ReadSignature(ManifestObject security) =>
        security.Find("signature", "a text or an object", JsonValueKind.String, JsonValueKind.Object) switch
        {
            { ValueKind: JsonValueKind.String } => security.Text("signature", 16 * 1024, min: 1),
            { } value => value.GetRawText(),
            _ => null,
        };
}
