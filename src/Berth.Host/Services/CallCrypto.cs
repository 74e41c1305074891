using System.Text;

namespace Berth.Host.Services;

/// <summary>The keys of a call's installation, behind the capability and out of reach when the call is over.</summary>
internal sealed class CallCrypto(IPluginContext plugin, IUserScope user, UsedCapabilities used, CancellationToken ending) : IPluginCrypto
{
    private const int MostBytes = 1 << 20;

    public async Task<string> SealAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        Bound(Encoding.UTF8.GetByteCount(text), nameof(text));
        var keys = Keys();
        using var linked = Link(cancellationToken);
        return await keys.SealAsync(text, linked.Token);
    }

    public async Task<string?> OpenAsync(string sealedText, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        Bound(sealedText.Length / 2, nameof(sealedText));
        var keys = Keys();
        using var linked = Link(cancellationToken);
        return await keys.OpenAsync(sealedText, linked.Token);
    }

    public async Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        Bound(data.Length, nameof(data));
        var keys = Keys();
        using var linked = Link(cancellationToken);
        return await keys.SignAsync(data, linked.Token);
    }

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> data, string signature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signature);
        Bound(data.Length, nameof(data));
        var keys = Keys();
        using var linked = Link(cancellationToken);
        return await keys.VerifyAsync(data, signature, linked.Token);
    }

    private IPluginCrypto Keys()
    {
        used.Use(Capabilities.CryptoOperations, plugin, user);
        return user.Crypto ?? throw new InvalidOperationException("This application keeps no keys for its users' plugins.");
    }

    private static void Bound(int bytes, string name)
    {
        if (bytes > MostBytes)
            throw new ArgumentException($"Up to {MostBytes} bytes are sealed or signed at once.", name);
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
