namespace Berth.Packaging.Signing;

/// <summary>How reading a key ended.</summary>
/// <typeparam name="T"><see cref="VerificationKey"/>, <see cref="SigningKey"/> or <see cref="JsonWebKeySet"/>.</typeparam>
public abstract record KeyReading<T>
    where T : class
{
    private KeyReading()
    {
    }

    /// <summary>The key, or <see langword="null"/> when it is refused.</summary>
    public T? Key => (this as Accepted)?.Value;

    /// <summary>Why it is refused, or <see langword="null"/>.</summary>
    public SignatureFault? Fault => (this as Refused)?.Why;

    /// <summary>The key is acceptable.</summary>
    public sealed record Accepted(T Value) : KeyReading<T>;

    /// <summary>The key is not acceptable.</summary>
    public sealed record Refused(SignatureFault Why) : KeyReading<T>;

    internal static KeyReading<T> No(string code, string reason) => new Refused(new SignatureFault(code, reason));
}
