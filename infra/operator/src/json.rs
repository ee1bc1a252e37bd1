//! DynamoDB's own JSON: one item a line, as its exports have them and its imports take them.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud::dynamodb::primitives::Blob;
use serde_json::{Value, json};
use store::{AttributeValue, Item};

/// An item as a line, its attributes by name: equal items have equal lines.
///
/// # Errors
/// When a value is of a type that this code does not know.
pub fn line(item: &Item) -> anyhow::Result<String> {
    Ok(json!({ "Item": map(item)? }).to_string())
}

/// The item of a line.
///
/// # Errors
/// When it is none.
pub fn item(line: &str) -> anyhow::Result<Item> {
    let value: Value = serde_json::from_str(line)?;
    fields(value.get("Item").context("a line without an item")?)
}

fn map(item: &HashMap<String, AttributeValue>) -> anyhow::Result<Value> {
    let sorted: BTreeMap<&String, &AttributeValue> = item.iter().collect();
    let fields = sorted.into_iter().map(|(name, value)| Ok((name.clone(), write(value)?)));
    Ok(Value::Object(fields.collect::<anyhow::Result<_>>()?))
}

fn write(value: &AttributeValue) -> anyhow::Result<Value> {
    Ok(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        AttributeValue::M(item) => json!({ "M": map(item)? }),
        AttributeValue::L(values) => json!({ "L": values.iter().map(write).collect::<anyhow::Result<Vec<_>>>()? }),
        AttributeValue::Ss(texts) => json!({ "SS": sorted(texts) }),
        AttributeValue::Ns(numbers) => json!({ "NS": sorted(numbers) }),
        AttributeValue::Bs(all) => {
            json!({ "BS": sorted(&all.iter().map(|bytes| STANDARD.encode(bytes)).collect::<Vec<_>>()) })
        }
        _ => bail!("a value is of a type that this program does not know"),
    })
}

fn sorted(texts: &[String]) -> Vec<&String> {
    let mut texts: Vec<&String> = texts.iter().collect();
    texts.sort_unstable();
    texts
}

fn fields(value: &Value) -> anyhow::Result<Item> {
    let fields = value.as_object().context("an item is not an object")?;
    fields.iter().map(|(name, value)| Ok((name.clone(), read(value)?))).collect()
}

fn read(value: &Value) -> anyhow::Result<AttributeValue> {
    let (kind, value) = value
        .as_object()
        .filter(|all| all.len() == 1)
        .and_then(|all| all.iter().next())
        .context("a value without type")?;
    let text = || value.as_str().map(str::to_owned).with_context(|| format!("{kind} is not a text"));
    let list = || value.as_array().with_context(|| format!("{kind} is not a list"));
    let texts = || {
        let own = |value: &Value| value.as_str().map(str::to_owned).context("a set holds something else than texts");
        list()?.iter().map(own).collect::<anyhow::Result<Vec<String>>>()
    };
    let blob = |text: &str| Ok::<_, anyhow::Error>(Blob::new(STANDARD.decode(text)?));
    Ok(match kind.as_str() {
        "S" => AttributeValue::S(text()?),
        "N" => AttributeValue::N(text()?),
        "BOOL" => AttributeValue::Bool(value.as_bool().context("BOOL is neither true nor false")?),
        "NULL" => AttributeValue::Null(true),
        "B" => AttributeValue::B(blob(&text()?)?),
        "M" => AttributeValue::M(fields(value)?),
        "L" => AttributeValue::L(list()?.iter().map(read).collect::<anyhow::Result<_>>()?),
        "SS" => AttributeValue::Ss(texts()?),
        "NS" => AttributeValue::Ns(texts()?),
        "BS" => AttributeValue::Bs(texts()?.iter().map(|text| blob(text)).collect::<anyhow::Result<_>>()?),
        other => bail!("{other} is no type of a value"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in "DynamoDB table export output format", DynamoDB Developer Guide, with every type.
    const LINE: &str = r#"{"Item":{"A":{"S":"ü\n"},"B":{"B":"AQI="},"C":{"M":{"x":{"N":"1.5"},"y":{"L":[{"NULL":true},{"BOOL":false}]}}},"D":{"SS":["a","b"]},"E":{"NS":["1","2"]},"F":{"BS":["AQI="]}}}"#;

    #[test]
    fn every_type_comes_back() {
        assert_eq!(line(&item(LINE).unwrap()).unwrap(), LINE);
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for bad in ["", "{}", r#"{"Item":{"A":"x"}}"#, r#"{"Item":{"A":{"X":"x"}}}"#, r#"{"Item":{"A":{"N":1}}}"#] {
            assert!(item(bad).is_err(), "{bad}");
        }
    }
}
