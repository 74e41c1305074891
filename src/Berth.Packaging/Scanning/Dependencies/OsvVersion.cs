using System.Numerics;

namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>A version as npm and NuGet order them: numbers (any count, missing ones are 0), then prereleases by SemVer 2.0.0, letters without regard to case.</summary>
internal sealed class OsvVersion : IComparable<OsvVersion>, IEquatable<OsvVersion>
{
    private const int MaxLength = 300;
    private readonly BigInteger[] _numbers;
    private readonly string[] _prerelease;

    private OsvVersion(BigInteger[] numbers, string[] prerelease) => (_numbers, _prerelease) = (numbers, prerelease);

    /// <summary>Below every version.</summary>
    public static OsvVersion Zero { get; } = new([BigInteger.MinusOne], []);

    public static bool TryParse(string text, out OsvVersion version)
    {
        version = Zero;
        if (text == "0")
            return true;
        var plain = text.Trim().TrimStart('v', 'V', '=');
        plain = plain.Split('+')[0];
        var dash = plain.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? plain : plain[..dash]).Split('.');
        if (text.Length > MaxLength || !numbers.All(number => number.Length > 0 && number.All(char.IsAsciiDigit)))
            return false;
        version = new OsvVersion([.. numbers.Select(number => BigInteger.Parse(number))], dash < 0 ? [] : plain[(dash + 1)..].Split('.'));
        return true;
    }

    public int CompareTo(OsvVersion? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            var order = At(_numbers, i).CompareTo(At(other._numbers, i));
            if (order != 0)
                return order;
        }

        if (_prerelease.Length == 0 || other._prerelease.Length == 0)
            return other._prerelease.Length.CompareTo(_prerelease.Length);
        for (var i = 0; i < Math.Min(_prerelease.Length, other._prerelease.Length); i++)
        {
            var order = Identifier(_prerelease[i], other._prerelease[i]);
            if (order != 0)
                return order;
        }

        return _prerelease.Length.CompareTo(other._prerelease.Length);
    }

    public bool Equals(OsvVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as OsvVersion);

    public override int GetHashCode() => HashCode.Combine(At(_numbers, 0), At(_numbers, 1), At(_numbers, 2));

    private static BigInteger At(BigInteger[] numbers, int index) => index < numbers.Length ? numbers[index] : BigInteger.Zero;

    private static int Identifier(string left, string right)
    {
        var (isLeft, isRight) = (left.Length > 0 && left.All(char.IsAsciiDigit), right.Length > 0 && right.All(char.IsAsciiDigit));
        return (isLeft, isRight) switch
        {
            (true, true) => BigInteger.Parse(left).CompareTo(BigInteger.Parse(right)),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.Compare(left, right, StringComparison.OrdinalIgnoreCase),
        };
    }
}
