namespace Berth.Lifecycle.Store.Codings;

/// <summary>Bytes that do not lie on the disk as they are sent.</summary>
public interface IPackedBytes
{
    /// <summary>Unpacks them. What comes out has the digest that the store's index names.</summary>
    /// <exception cref="IOException">The file cannot be read, or is not what it should be.</exception>
    ValueTask<byte[]> ReadAsync(CancellationToken cancellationToken);
}
