using System.Text;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Tests.Signing;

/// <summary>The examples of RFC 7515 (appendix A.2 to A.4) and RFC 7638 (section 3.1).</summary>
public sealed class RfcExampleTests
{
    private const string Joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string RsaKey =
        """{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}""";

    private const string P256Key =
        """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";

    private const string P521Key =
        """{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}""";

    public static TheoryData<string, string, string, string> Examples => new()
    {
        { "RS256", RsaKey, "eyJhbGciOiJSUzI1NiJ9." + Joe, "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw" },
        { "ES256", P256Key, "eyJhbGciOiJFUzI1NiJ9." + Joe, "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q" },
        { "ES512", P521Key, "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA", "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_signatures_of_RFC_7515_are_valid_and_those_of_other_bytes_are_not(string algorithm, string jwk, string signed, string signature)
    {
        var key = VerificationKey.FromJwk(Encoding.UTF8.GetBytes(jwk)).Key.ShouldNotBeNull();
        StrictBase64Url.TryDecode(signature, out var bytes).ShouldBeTrue();

        key.Algorithm.Name.ShouldBe(algorithm);
        key.Verify(Encoding.ASCII.GetBytes(signed), bytes).ShouldBeNull();
        key.Verify(Encoding.ASCII.GetBytes(signed + "A"), bytes).ShouldNotBeNull().Code.ShouldBe(SignatureFaultCodes.Wrong);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_tokens_of_RFC_7515_name_no_key_and_so_are_refused_as_tokens(string algorithm, string jwk, string signed, string signature)
    {
        var keys = JsonWebKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk[..^1]}},"kid":"example"}]}""")).Key.ShouldNotBeNull();

        var verdict = CompactJws.Verify($"{signed}.{signature}", keys, [SignatureAlgorithm.Find(algorithm)!]);

        verdict.Fault.ShouldNotBeNull().Code.ShouldBe(SignatureFaultCodes.Header);
    }

    [Fact]
    public void The_thumbprint_of_RFC_7638_comes_out()
    {
        const string Jwk =
            """{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""";

        VerificationKey.FromJwk(Encoding.UTF8.GetBytes(Jwk)).Key.ShouldNotBeNull().Thumbprint.ShouldBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
